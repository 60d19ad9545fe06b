//! Ed25519 keys of logs and witnesses, in the text forms of C2SP signed notes.

use super::trouble::{Rule, TreeProblem};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ed25519_dalek::ed25519::signature;
use ed25519_dalek::{Signature, Signer as _};
use gridwhistle_domain::text::Text;
use signed_note::{Signer, Verifier};

/// What a key signs as; the two kinds have different signature types, so that one key never
/// serves as both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A log, its own checkpoints.
    Log,
    /// A second body, what it saw of a log (C2SP `cosignature/v1`).
    Witness,
}

impl Role {
    /// The signature type of C2SP.
    const fn byte(self) -> u8 {
        match self {
            Self::Log => 1,
            Self::Witness => 4,
        }
    }

    fn of(byte: u8) -> Option<Self> {
        [Self::Log, Self::Witness]
            .into_iter()
            .find(|role| role.byte() == byte)
    }

    /// What people call it.
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Self::Log => Text::new("日志密钥", "the key of a log"),
            Self::Witness => Text::new("见证方密钥", "the key of a witness"),
        }
    }
}

const NAME: &Rule = &(
    "密钥名称无效；应为不含空白和加号的非空文字，建议用网址形式，如 city.example/gridwhistle/pingshan",
    "this is no name of a key; accepted: a text without spaces and pluses, best like an address: city.example/gridwhistle/pingshan",
);
const SIGNING: &Rule = &(
    "这不是签名密钥文件；应为 gridwhistle audit key 生成的一行文字（PRIVATE+KEY+…）",
    "this is no file of a signing key; accepted: the one line that gridwhistle audit key writes (PRIVATE+KEY+…)",
);
const PUBLIC: &Rule = &(
    "这不是公钥；应为 gridwhistle audit key 显示的一行文字（名称+编号+公钥）",
    "this is no verifier key; accepted: the one line that gridwhistle audit key shows (NAME+ID+KEY)",
);

const PRIVATE: &str = "PRIVATE+KEY+";

/// A key that signs; whoever has it speaks for its name.
pub struct SigningKey {
    name: String,
    role: Role,
    key: ed25519_dalek::SigningKey,
}

impl SigningKey {
    /// The key that follows from a seed of 32 random bytes.
    ///
    /// # Errors
    /// [`TreeProblem::Key`] for a name that no key may have.
    pub fn from_seed(name: &str, role: Role, seed: [u8; 32]) -> Result<Self, TreeProblem> {
        let plain = signed_note::is_key_name_valid(name) && !name.chars().any(char::is_control);
        if !plain {
            return Err(TreeProblem::Key(NAME));
        }
        let (name, key) = (
            name.to_owned(),
            ed25519_dalek::SigningKey::from_bytes(&seed),
        );
        Ok(Self { name, role, key })
    }

    /// Reads the text of a key file.
    ///
    /// # Errors
    /// [`TreeProblem::Key`].
    pub fn read(text: &str) -> Result<Self, TreeProblem> {
        let wrong = TreeProblem::Key(SIGNING);
        let rest = text.trim().strip_prefix(PRIVATE).ok_or(wrong.clone())?;
        let (name, id, role, seed) = parts(rest).ok_or(wrong.clone())?;
        let key = Self::from_seed(name, role, seed)?;
        if key.verifier().key_id() != id {
            return Err(wrong);
        }
        Ok(key)
    }

    /// The text of its file, to be kept secret.
    #[must_use]
    pub fn text(&self) -> String {
        let id = self.verifier().key_id();
        let material = typed(self.role, self.key.as_bytes());
        format!(
            "{PRIVATE}{}+{id:08x}+{}\n",
            self.name,
            BASE64_STANDARD.encode(material)
        )
    }

    /// What others need to check its signatures.
    #[must_use]
    pub fn verifier(&self) -> VerifierKey {
        VerifierKey {
            name: self.name.clone(),
            role: self.role,
            key: self.key.verifying_key(),
        }
    }

    /// Whose key it is.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The same key, when it is of this kind.
    ///
    /// # Errors
    /// [`TreeProblem::Role`].
    pub fn of(self, wanted: Role) -> Result<Self, TreeProblem> {
        if self.role == wanted {
            return Ok(self);
        }
        let name = self.name;
        Err(TreeProblem::Role { name, wanted })
    }
}

/// A public key, by which signatures are checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    role: Role,
    key: ed25519_dalek::VerifyingKey,
}

impl VerifierKey {
    /// Reads the text form of C2SP, `NAME+ID+KEY`.
    ///
    /// # Errors
    /// [`TreeProblem::Key`].
    pub fn read(text: &str) -> Result<Self, TreeProblem> {
        let wrong = TreeProblem::Key(PUBLIC);
        let (name, id, role, key) = parts(text.trim()).ok_or(wrong.clone())?;
        let key = ed25519_dalek::VerifyingKey::from_bytes(&key).map_err(|_| wrong.clone())?;
        let name = name.to_owned();
        let read = Self { name, role, key };
        let plain = signed_note::is_key_name_valid(&read.name);
        if plain && read.key_id() == id {
            return Ok(read);
        }
        Err(wrong)
    }

    /// The same key, when it is of this kind.
    ///
    /// # Errors
    /// [`TreeProblem::Role`].
    pub fn of(self, wanted: Role) -> Result<Self, TreeProblem> {
        if self.role == wanted {
            return Ok(self);
        }
        let name = self.name;
        Err(TreeProblem::Role { name, wanted })
    }

    /// What it signs as.
    #[must_use]
    pub const fn role(&self) -> Role {
        self.role
    }
}

impl std::fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let material = BASE64_STANDARD.encode(typed(self.role, self.key.as_bytes()));
        write!(f, "{}+{:08x}+{material}", self.name, self.key_id())
    }
}

impl Verifier for VerifierKey {
    fn name(&self) -> &str {
        &self.name
    }

    fn key_id(&self) -> u32 {
        signed_note::key_id(&self.name, &typed(self.role, self.key.as_bytes()))
    }

    fn verify(&self, text: &[u8], signed: &[u8]) -> bool {
        let sound = |message: &[u8], signed: &[u8]| {
            Signature::from_slice(signed)
                .is_ok_and(|signature| self.key.verify_strict(message, &signature).is_ok())
        };
        match (self.role, timed(signed)) {
            (Role::Log, _) => sound(text, signed),
            (Role::Witness, Some((time, rest))) => sound(&cosigned(time, text), rest),
            (Role::Witness, None) => false,
        }
    }
}

/// A log's key at work.
pub(crate) struct LogSigner<'k>(pub(crate) &'k SigningKey);

impl Signer for LogSigner<'_> {
    fn name(&self) -> &str {
        &self.0.name
    }

    fn key_id(&self) -> u32 {
        self.0.verifier().key_id()
    }

    fn sign(&self, text: &[u8]) -> Result<Vec<u8>, signature::Error> {
        Ok(self.0.key.try_sign(text)?.to_vec())
    }
}

/// A witness's key at work, at an instant in seconds after 1970.
pub(crate) struct WitnessSigner<'k> {
    pub(crate) key: &'k SigningKey,
    pub(crate) time: u64,
}

impl Signer for WitnessSigner<'_> {
    fn name(&self) -> &str {
        &self.key.name
    }

    fn key_id(&self) -> u32 {
        self.key.verifier().key_id()
    }

    fn sign(&self, text: &[u8]) -> Result<Vec<u8>, signature::Error> {
        let signature = self.key.key.try_sign(&cosigned(self.time, text))?;
        Ok([&self.time.to_be_bytes()[..], &signature.to_bytes()].concat())
    }
}

/// The instant before a cosignature, and the signature itself.
pub(crate) fn timed(signed: &[u8]) -> Option<(u64, &[u8])> {
    let (time, rest) = signed.split_first_chunk::<8>()?;
    let time = u64::from_be_bytes(*time);
    i64::try_from(time).is_ok().then_some((time, rest))
}

/// What a witness signs: the fixed header, the instant, the whole text of the checkpoint.
fn cosigned(time: u64, text: &[u8]) -> Vec<u8> {
    let mut message = format!("cosignature/v1\ntime {time}\n").into_bytes();
    message.extend_from_slice(text);
    message
}

fn typed(role: Role, key: &[u8; 32]) -> Vec<u8> {
    [&[role.byte()], &key[..]].concat()
}

/// Name, id, kind and 32 bytes of a key's text.
fn parts(text: &str) -> Option<(&str, u32, Role, [u8; 32])> {
    let (name, rest) = text.split_once('+')?;
    let (id, material) = rest.split_once('+')?;
    let hex = id.len() == 8 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let id = hex.then(|| u32::from_str_radix(id, 16).ok()).flatten()?;
    let material = BASE64_STANDARD.decode(material).ok()?;
    let (kind, key) = material.split_first()?;
    Some((name, id, Role::of(*kind)?, key.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the C2SP signed-note documentation, made by another program.
    #[test]
    fn a_key_made_by_another_program_is_read_and_written_back() {
        let text = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
        let key = SigningKey::read(text).unwrap();
        assert_eq!(key.text().trim_end(), text);
        let public = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        assert_eq!(key.verifier().to_string(), public);
        assert_eq!(VerifierKey::read(public).unwrap(), key.verifier());
    }

    /// The message of the C2SP tlog-cosignature document.
    #[test]
    fn a_witness_signs_the_text_of_the_standard() {
        let text =
            "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
        let message = String::from_utf8(cosigned(1_679_315_147, text.as_bytes())).unwrap();
        assert_eq!(message, format!("cosignature/v1\ntime 1679315147\n{text}"));
    }

    #[test]
    fn a_key_of_a_log_is_no_key_of_a_witness() {
        let log = SigningKey::from_seed("x", Role::Log, [7; 32]).unwrap();
        let witness = SigningKey::from_seed("x", Role::Witness, [7; 32]).unwrap();
        assert_ne!(log.verifier().key_id(), witness.verifier().key_id());
        let text = b"x\n1\n";
        let signed = WitnessSigner {
            key: &witness,
            time: 5,
        }
        .sign(text)
        .unwrap();
        assert!(witness.verifier().verify(text, &signed));
        assert!(!log.verifier().verify(text, &signed[8..]));
        assert!(log.of(Role::Witness).is_err());
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let sound = SigningKey::from_seed("city", Role::Log, [1; 32]).unwrap();
        let public = sound.verifier().to_string();
        for text in [
            "",
            "city",
            "city+00000000",
            "city+zz+AA==",
            &public.replace("city", "town"),
            &public[..public.len() - 4],
            &sound.text(),
        ] {
            assert!(VerifierKey::read(text).is_err(), "{text}");
        }
        assert!(SigningKey::read(&public).is_err());
        for name in ["", "a b", "a+b", "a\u{7}"] {
            assert!(SigningKey::from_seed(name, Role::Log, [1; 32]).is_err());
        }
    }
}
