//! Letters by SMTP.

use super::message::Message;
use super::settings::{MailSettings, OutgoingSettings};
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

/// Why a letter was not taken: nobody was there.
pub(super) const UNREACHABLE: &str = "unreachable";

/// The way to the mail server.
///
/// # Errors
/// When its address or the file of its password cannot be read.
pub(super) fn server(mail: &MailSettings) -> Result<AsyncSmtpTransport<Tokio1Executor>, ()> {
    let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(&mail.server);
    let builder = builder.map_err(|_| ())?;
    let Some(user) = &mail.user else {
        return Ok(builder.build());
    };
    let file = mail.password_file.as_ref().ok_or(())?;
    let password = std::fs::read_to_string(file).map_err(|_| ())?;
    let login = Credentials::new(user.clone(), password.trim_end().to_owned());
    Ok(builder.credentials(login).build())
}

/// Sends one letter; answers why not, by code.
pub(super) async fn send(
    settings: &OutgoingSettings,
    to: &str,
    message: &Message,
) -> Result<(), &'static str> {
    let mail = settings.mail.as_ref().ok_or("not_allowed")?;
    let server = server(mail).map_err(|()| "not_allowed")?;
    let from = mail.from.parse().map_err(|_| "not_allowed")?;
    let to = to.parse().map_err(|_| "not_allowed")?;
    let text = String::from_utf8_lossy(&message.body).into_owned();
    let host = mail.from.rsplit('@').next().unwrap_or_default();
    let host = host.trim_end_matches('>');
    let letter = lettre::Message::builder()
        .from(from)
        .to(to)
        .subject(message.subject.clone())
        // The same however often it is sent: whoever reads the box sees a repeat.
        .message_id(Some(format!("<{}@{host}>", message.id)))
        .header(ContentType::TEXT_PLAIN)
        .body(text)
        .map_err(|_| "unreadable")?;
    match server.send(letter).await {
        Ok(_) => Ok(()),
        Err(error) if error.is_permanent() || error.is_transient() => Err("refused"),
        Err(_) => Err(UNREACHABLE),
    }
}
