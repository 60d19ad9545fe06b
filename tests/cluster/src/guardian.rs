//! The process that outlives a test for as long as it takes to clean up after it.

use crate::home::Home;
use crate::processes;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

/// A shell that starts the server, and stops it and deletes its folder when its input ends.
pub(crate) struct Guardian {
    child: Child,
    words: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    server: Option<u32>,
}

impl Guardian {
    /// Watches over a folder from now on; no server runs yet. `program` with `arguments` and the
    /// folder of the data is what will run.
    pub(crate) fn over(home: &Home, program: &Path, arguments: &[&str]) -> Result<Self, String> {
        let mut child = home
            .shell()
            .args(["-c", include_str!("guardian.sh"), "guardian"])
            .arg(home.folder())
            .arg(program)
            .args(arguments)
            .arg(home.data())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // A group of its own: an interrupt from the terminal ends the test, not the cleaning.
            .process_group(0)
            .spawn()
            .map_err(|error| format!("no guardian: {error}"))?;
        let (words, answers) = (child.stdin.take(), child.stdout.take());
        let answers = answers.ok_or("the guardian has no output")?;
        Ok(Self {
            child,
            words,
            answers: BufReader::new(answers),
            server: None,
        })
    }

    /// Starts the server's process; whether it accepts anybody is another question.
    pub(crate) fn start(&mut self) -> Result<u32, String> {
        let answer = self.ask("start")?;
        let server = answer
            .parse()
            .map_err(|_| format!("the guardian answers `{answer}`"))?;
        self.server = Some(server);
        Ok(server)
    }

    /// The process of the server, when one was started and neither stopped nor killed since.
    pub(crate) fn server(&self) -> Option<u32> {
        self.server
    }

    /// Tells the server to end by a signal, and waits until it has.
    pub(crate) fn end(&mut self, signal: &str) -> Result<(), String> {
        if let Some(server) = self.server {
            self.signal(signal, server)?;
            self.ask("wait")?;
            self.server = None;
        }
        Ok(())
    }

    /// Kills the server, and waits until the processes that it started are gone as well: a server
    /// refuses to start as long as one of them holds its shared memory.
    pub(crate) fn kill(&mut self) -> Result<(), String> {
        let Some(server) = self.server else {
            return Ok(());
        };
        self.signal("STOP", server)?; // it starts nothing any more
        let children = processes::children(server)?;
        self.end("KILL")?;
        let mut looks = 0;
        crate::until("the killed server's processes are still there", || {
            let alive = processes::alive(&children)?;
            looks += 1;
            // Idle ones notice the death at once; a busy one may go on for as long as it likes.
            if looks == 100 {
                for process in &alive {
                    self.signal("KILL", *process)?;
                }
            }
            Ok(alive.is_empty().then_some(()))
        })
    }

    /// Kills the server with everything that came from it, such as a manager with what it manages,
    /// and waits until all of that is gone.
    pub(crate) fn kill_family(&mut self) -> Result<(), String> {
        let Some(server) = self.server else {
            return Ok(());
        };
        let mut family = vec![server];
        let mut next = 0;
        while let Some(process) = family.get(next).copied() {
            self.signal("STOP", process)?;
            family.extend(processes::children(process)?);
            next += 1;
        }
        for process in family.iter().skip(1) {
            self.signal("KILL", *process)?;
        }
        self.end("KILL")?;
        crate::until("what was killed is still there", || {
            let alive = processes::alive(&family)?;
            Ok(alive.is_empty().then_some(()))
        })
    }

    /// Sends a signal as the server's account.
    pub(crate) fn signal(&mut self, signal: &str, process: u32) -> Result<(), String> {
        self.ask(&format!("signal {signal} {process}")).map(drop)
    }

    fn ask(&mut self, word: &str) -> Result<String, String> {
        let gone = |error: std::io::Error| format!("the guardian is gone: {error}");
        let words = self.words.as_mut().ok_or("the guardian was let go")?;
        writeln!(words, "{word}").map_err(gone)?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer).map_err(gone)?;
        Ok(answer.trim_end().to_owned())
    }
}

impl Drop for Guardian {
    fn drop(&mut self) {
        drop(self.words.take());
        // Nothing is left to tell anybody when it cannot be waited for.
        let _ = self.child.wait();
    }
}
