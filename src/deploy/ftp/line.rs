//! The connection to an FTP host: TLS before the login, and a certificate that is looked at before anything is said.

use crate::diag::printable;
use crate::inputs::Hash;
use crate::plan::deploy::{Ftp, Tls};
use crate::versions::{Halt, Kind};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme, SupportedProtocolVersion,
};
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use suppaftp::types::FileType;
use suppaftp::{FtpError, FtpResult, Mode, RustlsConnector, RustlsFtpStream, TlsConnector, TlsStream};

/// A host that takes longer to let somebody in is down.
const CONNECTING: Duration = Duration::from_secs(20);
/// A host that is silent for longer has lost the connection.
const SILENCE: Duration = Duration::from_secs(60);
/// A greeting is a few lines.
const GREETING: usize = 64 << 10;
/// What begins an error of ours within one of the TLS library.
const NOT_BELIEVED: &str = "certificate";

/// Tried first. Many hosts (the default of ProFTPD and of vsftpd) take a file only over a connection that continues the session
/// of the first one. A session of TLS 1.2 can be continued for every file; a ticket of TLS 1.3 counts once, and a connection that
/// only sends never hears of the next. Hosts that speak nothing but 1.3 are spoken to in it.
const CONTINUED: &[&SupportedProtocolVersion] = &[&rustls::version::TLS12];

/// A connection that is logged in.
pub(super) type Line = RustlsFtpStream;

/// Connects, makes sure who answers, and logs in.
pub(super) fn open(ftp: &Ftp, password: &str) -> Result<Line, Halt> {
    let place = format!("{}:{}", ftp.host, ftp.port);
    let failed = |error: &dyn std::fmt::Display| {
        let told = format!("`{place}` cannot be reached: {}", printable(&error.to_string()));
        Halt::new(Kind::Transport, told).hint("is the name right, and is this machine on the net?")
    };
    let stream = reach(ftp).map_err(|error| failed(&error))?;
    let extended = stream.peer_addr().is_ok_and(|address| address.is_ipv6());
    let line = match secured(ftp, stream, CONTINUED) {
        Err(FtpError::SecureError(said)) if said.contains("alert") && !said.contains(NOT_BELIEVED) => {
            secured(ftp, reach(ftp).map_err(|error| failed(&error))?, rustls::ALL_VERSIONS)
        }
        line => line,
    };
    let mut line = line.map_err(|error| super::told("make the connection secure", error))?;
    line = line.passive_stream_builder(|address| connect(&address).map_err(FtpError::ConnectionError));
    line.set_mode(if extended { Mode::ExtendedPassive } else { Mode::Passive });
    // A host behind a router names an address that only its neighbours reach, and a hostile one a machine of others.
    line.set_passive_nat_workaround(true);
    line.login(&*ftp.user, password).map_err(|error| super::told("log in", error))?;
    line.transfer_type(FileType::Binary).map_err(|error| super::told("take files as they are", error))?;
    Ok(line)
}

/// A connection to the first address of the host that answers.
fn reach(ftp: &Ftp) -> io::Result<TcpStream> {
    let mut stream = Err(io::Error::other("the name has no address"));
    for address in (&*ftp.host, ftp.port).to_socket_addrs()? {
        stream = connect(&address);
        if stream.is_ok() {
            break;
        }
    }
    stream
}

fn connect(address: &SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect_timeout(address, CONNECTING)?;
    stream.set_read_timeout(Some(SILENCE))?;
    stream.set_write_timeout(Some(SILENCE))?;
    // Commands are small and answered one by one.
    stream.set_nodelay(true)?;
    Ok(stream)
}

fn secured(ftp: &Ftp, stream: TcpStream, versions: &[&'static SupportedProtocolVersion]) -> FtpResult<Line> {
    let guard = |outside: Option<TcpStream>| -> FtpResult<Guard> {
        let config =
            config(ftp.certificate, versions).map_err(|error| FtpError::SecureError(error.to_string()))?;
        Ok(Guard { tls: RustlsConnector::from(Arc::new(config)), outside: Mutex::new(outside) })
    };
    match ftp.tls {
        Tls::Plain => Line::connect_with_stream(stream),
        Tls::Explicit => Line::connect_with_stream(stream)?.into_secure(guard(None)?, &ftp.host),
        Tls::Implicit => {
            let (ours, _theirs) = doorman().map_err(FtpError::ConnectionError)?;
            Line::connect_with_stream(ours)?.into_secure(guard(Some(stream))?, &ftp.host)
        }
    }
}

/// The library asks in clear for TLS and then hands the connection over. Where TLS comes first, somebody on this machine says
/// what it waits for, and the real connection is the one that is made secure.
fn doorman() -> io::Result<(TcpStream, TcpStream)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let ours = connect(&listener.local_addr()?)?;
    let (mut theirs, from) = listener.accept()?;
    if from != ours.local_addr()? {
        return Err(io::Error::other("another program of this machine came between"));
    }
    theirs.write_all(b"220 kpress\r\n234 kpress\r\n")?;
    Ok((ours, theirs))
}

/// Makes connections secure, and looks at the certificate before anything is sent over one.
#[derive(Debug)]
struct Guard {
    tls: RustlsConnector,
    /// The connection that is secure from its first byte.
    outside: Mutex<Option<TcpStream>>,
}

impl TlsConnector for Guard {
    type Stream = <RustlsConnector as TlsConnector>::Stream;

    fn connect(&self, domain: &str, stream: TcpStream) -> FtpResult<Self::Stream> {
        let outside = self.outside.lock().ok().and_then(|mut outside| outside.take());
        let greets = outside.is_some();
        let mut secured = self.tls.connect(domain, outside.unwrap_or(stream))?;
        let tls = secured.mut_ref();
        while tls.conn.is_handshaking() {
            tls.conn.complete_io(&mut tls.sock).map_err(|error| FtpError::SecureError(error.to_string()))?;
        }
        if greets {
            greeting(tls).map_err(FtpError::ConnectionError)?;
        }
        Ok(secured)
    }
}

/// Passes over what a host says first; its last line begins with a number and a space.
fn greeting(from: &mut impl Read) -> io::Result<()> {
    let mut line = Vec::new();
    let mut byte = [0];
    for _ in 0..GREETING {
        from.read_exact(&mut byte)?;
        if byte[0] != b'\n' {
            line.push(byte[0]);
            continue;
        }
        match line.as_slice() {
            [b'2', b'2', b'0', b' ' | b'\r', ..] => return Ok(()),
            [b'4' | b'5', ..] => return Err(io::Error::other(String::from_utf8_lossy(&line).into_owned())),
            _ => line.clear(),
        }
    }
    Err(io::Error::other("the host does not come to an end with its greeting"))
}

fn config(
    pinned: Option<Hash>,
    versions: &[&'static SupportedProtocolVersion],
) -> Result<ClientConfig, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let browsers = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
        .build()
        .map_err(|error| Error::General(error.to_string()))?;
    let verifier = Arc::new(Verifier { pinned, browsers, provider: Arc::clone(&provider) });
    Ok(ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth())
}

/// Believes the one certificate that is named, or those that browsers believe, and nothing else.
#[derive(Debug)]
struct Verifier {
    pinned: Option<Hash>,
    browsers: Arc<WebPkiServerVerifier>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let shown = Hash::of(end_entity);
        let wrong = |why: &str| Error::General(format!("{NOT_BELIEVED} sha256:{shown} {why}"));
        match self.pinned {
            Some(pinned) if pinned == shown => Ok(ServerCertVerified::assertion()),
            Some(_) => Err(wrong("is not the one that `certificate:` names")),
            None => self
                .browsers
                .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
                .map_err(|error| wrong(&format!("is not one that browsers believe: {error}"))),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// What is told of a connection that did not become secure.
pub(super) fn untrusted(said: &str) -> Halt {
    let halt = |text: String| Halt::new(Kind::Transport, text);
    match said.find(NOT_BELIEVED) {
        Some(at) => halt(format!("the host is not who it should be: its {}", printable(&said[at..]))).hint(
            "nothing was sent. Ask the host for the SHA-256 of its certificate and compare; if it is the same, write it below `to:` as `certificate: sha256:…`",
        ),
        None => halt(format!("the connection did not become secure: {}", printable(said)))
            .hint("nothing was sent; does the host speak TLS at this port (`tls: explicit` or `implicit`)?"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn greetings_of_several_lines_end_with_their_last() {
        let mut told: &[u8] = b"220-welcome\r\n 220 ships\r\n220 ready\r\nrest";
        greeting(&mut told).expect("a greeting");
        assert_eq!(told, b"rest");
        assert!(greeting(&mut &b"421 too many\r\n"[..]).is_err());
        assert!(greeting(&mut &b"220-for ever"[..]).is_err());
    }

    #[test]
    fn the_library_is_let_through_the_door() {
        let (ours, theirs) = doorman().expect("a door");
        let line = Line::connect_with_stream(ours).expect("greeted");
        drop((line, theirs));
    }
}
