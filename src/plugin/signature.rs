//! Signatures of plugins, by minisign: a file `NAME.wasm.minisig` beside the component. Which keys count, the site says in
//! `plugin_host.trusted_keys`; with none of them nothing is looked at.

use crate::diag::{Family, Finding, Level, Place, Rule};
use minisign_verify::{PublicKey, Signature};

/// A site that wants signed plugins got one without.
pub static PLUGIN_SIGNATURE_MISSING: Rule = Rule {
    name: "plugin-signature-missing",
    level: Level::Error,
    family: Family::Config,
    about: "a plugin without a valid signature of a trusted key, where `plugin_host.trusted_keys` is set",
    why: "whoever set trusted keys wants no other plugins, whatever else was approved",
    example: "plugin_host: {trusted_keys: [\"RW…\"]}     # then plugins/tacos.wasm.minisig must be there",
};

/// The file of a signature is a few lines.
pub const SIGNATURE_BYTES: u64 = 16 << 10;

/// Where the signature of a component lies.
pub fn path_of(component: &str) -> String {
    format!("{component}.minisig")
}

/// Checks the signature of a component. `None` where the site trusts no keys; otherwise the key that signed it, as
/// `minisign:RW…`.
pub fn check(
    name: &str,
    place: &Place,
    component: &[u8],
    signature: Option<&str>,
    trusted: &[String],
) -> Result<Option<String>, Finding> {
    if trusted.is_empty() {
        return Ok(None);
    }
    let missing = |what: &str, hint: &str| {
        let message = format!("plugin `{name}`: {what}");
        Err(Finding::new(&PLUGIN_SIGNATURE_MISSING, place.clone(), message).hint(hint))
    };
    let Some(text) = signature else {
        return missing(
            "there is no signature beside it",
            "sign it with `minisign -S`, or remove `plugin_host.trusted_keys`",
        );
    };
    let Ok(signature) = Signature::decode(text) else {
        return missing("its signature cannot be read", "sign it anew with `minisign -S`");
    };
    let mut unusable = Vec::new();
    for trusted in trusted {
        match PublicKey::from_base64(trusted) {
            // Legacy signatures, over the bytes and not their hash, are refused: minisign has not written them since 2020.
            Ok(key) if key.verify(component, &signature, false).is_ok() => {
                return Ok(Some(format!("minisign:{trusted}")));
            }
            Ok(_) => {}
            Err(_) => unusable.push(format!("`{trusted}`")),
        }
    }
    if unusable.is_empty() {
        missing(
            "no trusted key has signed these bytes",
            "have it signed by one of `plugin_host.trusted_keys`",
        )
    } else {
        missing(
            &format!("these trusted keys are none: {}", unusable.join(", ")),
            "a key is the second line of a `minisign.pub`",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the documentation of minisign-verify: the signature of the bytes `test`.
    const KEY: &str = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3";
    const SIGNED: &str = "untrusted comment: signature from minisign secret key
RUQf6LRCGA9i559r3g7V1qNyJDApGip8MfqcadIgT9CuhV3EMhHoN1mGTkUidF/z7SrlQgXdy8ofjb7bNJJylDOocrCo8KLzZwo=
trusted comment: timestamp:1633700835\tfile:test\tprehashed
wLMDjy9FLAuxZ3q4NlEvkgtyhrr0gtTu6KC4KBJdITbbOeAi1zBIYo0v4iTgt8jJpIidRJnp94ABQkJAgAooBQ==";

    fn told(bytes: &[u8], signature: Option<&str>, trusted: &[&str]) -> Result<Option<String>, String> {
        let trusted: Vec<String> = trusted.iter().map(|&key| key.to_owned()).collect();
        check("tacos", &Place::file("kpress.yaml"), bytes, signature, &trusted).map_err(|found| found.message)
    }

    #[test]
    fn only_a_trusted_key_over_these_bytes_counts() {
        assert_eq!(told(b"test", None, &[]), Ok(None));
        assert_eq!(told(b"test", Some(SIGNED), &[KEY]), Ok(Some(format!("minisign:{KEY}"))));
        let wrong =
            |bytes: &[u8], signature, trusted: &[&str]| told(bytes, signature, trusted).expect_err("refused");
        assert_eq!(wrong(b"test", None, &[KEY]), "plugin `tacos`: there is no signature beside it");
        assert_eq!(
            wrong(b"other", Some(SIGNED), &[KEY]),
            "plugin `tacos`: no trusted key has signed these bytes"
        );
        assert_eq!(wrong(b"test", Some("x"), &[KEY]), "plugin `tacos`: its signature cannot be read");
        assert_eq!(
            wrong(b"test", Some(SIGNED), &["RWx"]),
            "plugin `tacos`: these trusted keys are none: `RWx`"
        );
    }
}
