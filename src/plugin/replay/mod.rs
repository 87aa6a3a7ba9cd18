//! A small server on this machine that answers as Amazon's interfaces do, from a scenario in a file: tokens, reports, Data
//! Kiosk, advertising, and the troubles they have. For trying a site without an account, and for the tests.

mod ads;
mod answer;
mod scenario;
mod spapi;

pub use scenario::Scenario;

use answer::{Answer, Asked};
use scenario::State;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// A server that runs until the program ends.
#[derive(Debug)]
pub struct Server {
    /// Where the interfaces are.
    pub api: SocketAddr,
    /// Where documents are: another origin, as with Amazon.
    pub files: SocketAddr,
    state: Arc<Mutex<State>>,
}

impl Server {
    /// Starts it; port 0 is any that is free.
    ///
    /// # Errors
    /// The port is taken.
    pub fn start(scenario: Scenario, port: u16) -> io::Result<Server> {
        let api = TcpListener::bind(("127.0.0.1", port))?;
        let files = TcpListener::bind(("127.0.0.1", if port == 0 { 0 } else { port + 1 }))?;
        let (at, files_at) = (api.local_addr()?, files.local_addr()?);
        let state = Arc::new(Mutex::new(State::new(scenario, files_at)));
        for (listener, serve) in [(api, Serve::Api), (files, Serve::Files)] {
            let state = Arc::clone(&state);
            thread::Builder::new().name("replay".to_owned()).spawn(move || {
                for stream in listener.incoming().flatten() {
                    let state = Arc::clone(&state);
                    // One thread each: a slow client holds nobody up.
                    let served = thread::Builder::new().name("replay".to_owned()).spawn(move || {
                        let _ = stream.set_read_timeout(Some(Duration::from_secs(10)));
                        let Ok(asked) = Asked::read(&stream) else { return };
                        let answer =
                            serve.answer(&mut state.lock().unwrap_or_else(PoisonError::into_inner), &asked);
                        let _ = answer.write(&stream);
                    });
                    drop(served);
                }
            })?;
        }
        Ok(Server { api: at, files: files_at, state })
    }

    /// What was asked so far: method, path and status, in order.
    pub fn log(&self) -> Vec<String> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).log.clone()
    }

    /// Requests that a client must not make: an authorisation at a link, a parameter beside `nextToken`.
    pub fn mistakes(&self) -> Vec<String> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).mistakes.clone()
    }
}

#[derive(Clone, Copy)]
enum Serve {
    Api,
    Files,
}

impl Serve {
    fn answer(self, state: &mut State, asked: &Asked) -> Answer {
        let answer = match self {
            Serve::Files => spapi::file(state, asked),
            Serve::Api => api(state, asked),
        };
        state.log.push(format!("{} {} {}", asked.method, asked.path, answer.status));
        answer
    }
}

/// Amazon's two interfaces have no path in common.
fn api(state: &mut State, asked: &Asked) -> Answer {
    if let Some(trouble) = state.trouble(asked) {
        return trouble;
    }
    let is_ads = asked.path.starts_with("/reporting/") || asked.path.starts_with("/v2/");
    match asked.path.as_str() {
        "/auth/o2/token" => spapi::token(state, asked),
        _ if !state.knows_token(asked) => answer::expired_token(),
        _ if is_ads => ads::answer(state, asked),
        _ => spapi::answer(state, asked),
    }
}
