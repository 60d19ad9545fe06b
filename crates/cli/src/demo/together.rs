//! Runs futures side by side in one task, and always polls them in the same order.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;

/// Waits for all of them; the answers are in the order of the futures.
pub(super) async fn in_order<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut running: Vec<Pin<Box<F>>> = futures.into_iter().map(Box::pin).collect();
    let mut answers: Vec<Option<F::Output>> = running.iter().map(|_| None).collect();
    poll_fn(|context| {
        let mut waiting = false;
        for (future, answer) in running.iter_mut().zip(&mut answers) {
            if answer.is_none() {
                match future.as_mut().poll(context) {
                    Poll::Ready(value) => *answer = Some(value),
                    Poll::Pending => waiting = true,
                }
            }
        }
        if waiting {
            Poll::Pending
        } else {
            Poll::Ready(())
        }
    })
    .await;
    answers.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::in_order;
    use std::sync::Mutex;

    #[tokio::test]
    async fn answers_and_first_polls_keep_their_order() {
        let polled = Mutex::new(Vec::new());
        let one = |n: u64| {
            let polled = &polled;
            async move {
                polled.lock().unwrap().push(n);
                tokio::time::sleep(std::time::Duration::from_millis(9 - n)).await;
                n
            }
        };
        let answers = in_order((0..8).map(one).collect()).await;
        assert_eq!(answers, (0..8).collect::<Vec<_>>());
        assert_eq!(*polled.lock().unwrap(), answers);
    }
}
