//! Connections: so many at once, and none that takes its time to say what it wants.
//! When all places are taken, the one that has waited longest without a request makes room.

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Sleep, sleep};

/// A browser opens six connections, and one per page for events.
pub(super) const CONNECTIONS: usize = 64;
/// From the first byte of a request, or the last of an answer, to the whole head of the next request.
pub(super) const HEAD: Duration = Duration::from_secs(10);
/// After an error of the system (no more handles), before the next look.
const PAUSE: Duration = Duration::from_millis(50);

/// The loopback addresses of both families.
pub(super) struct Line {
    listeners: Vec<TcpListener>,
    open: Vec<Weak<Peer>>,
}

impl Line {
    /// Takes over sockets that listen.
    pub(super) fn of(listeners: Vec<TcpListener>) -> Line {
        Line { listeners, open: Vec::new() }
    }

    /// Whether there is a place for one more; somebody idle leaves if there was none.
    fn make_room(&mut self) -> bool {
        self.open.retain(|peer| peer.strong_count() > 0);
        if self.open.len() < CONNECTIONS {
            return true;
        }
        let idle = self.open.iter().position(|peer| peer.upgrade().is_some_and(|peer| peer.leave_if_idle()));
        idle.map(|at| self.open.remove(at)).is_some()
    }
}

impl Listener for Line {
    type Io = Wire;
    type Addr = Caller;

    async fn accept(&mut self) -> (Wire, Caller) {
        loop {
            let next = poll_fn(|context| {
                let ready = self.listeners.iter().find_map(|one| match one.poll_accept(context) {
                    Poll::Ready(got) => Some(got),
                    Poll::Pending => None,
                });
                ready.map_or(Poll::Pending, Poll::Ready)
            });
            match next.await {
                Ok((stream, _)) if self.make_room() => {
                    let _ = stream.set_nodelay(true);
                    let peer = Arc::new(Peer::default());
                    self.open.push(Arc::downgrade(&peer));
                    let wire = Wire { stream, peer: Arc::clone(&peer), deadline: Box::pin(sleep(HEAD)) };
                    return (wire, Caller(peer));
                }
                // Everybody here is being served: the connection is closed.
                Ok(_) => {}
                Err(_) => sleep(PAUSE).await,
            }
        }
    }

    fn local_addr(&self) -> io::Result<Caller> {
        Ok(Caller(Arc::default()))
    }
}

/// One connection, as both its ends of the program see it.
#[derive(Debug, Default)]
struct Peer {
    busy: AtomicUsize,
    gone: AtomicBool,
    waker: Mutex<Option<Waker>>,
}

impl Peer {
    fn is_busy(&self) -> bool {
        self.busy.load(Ordering::SeqCst) > 0
    }

    fn leave_if_idle(&self) -> bool {
        if self.is_busy() {
            return false;
        }
        self.gone.store(true, Ordering::SeqCst);
        let waker = self.waker.lock().expect("nobody panics while holding the lock").take();
        if let Some(waker) = waker {
            waker.wake();
        }
        true
    }
}

/// Who asks.
#[derive(Clone, Debug)]
pub(super) struct Caller(Arc<Peer>);

impl Caller {
    /// Marks the connection as being served until the result is dropped.
    pub(super) fn serve(&self) -> Served {
        self.0.busy.fetch_add(1, Ordering::SeqCst);
        Served(Arc::clone(&self.0))
    }
}

impl Connected<IncomingStream<'_, Line>> for Caller {
    fn connect_info(stream: IncomingStream<'_, Line>) -> Caller {
        stream.remote_addr().clone()
    }
}

/// A request that is being answered.
pub(super) struct Served(Arc<Peer>);

impl Drop for Served {
    fn drop(&mut self) {
        self.0.busy.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The bytes of a connection, until its time is over.
pub(super) struct Wire {
    stream: TcpStream,
    peer: Arc<Peer>,
    deadline: Pin<Box<Sleep>>,
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.peer.gone.load(Ordering::SeqCst) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        let got = Pin::new(&mut self.stream).poll_read(context, buffer);
        if got.is_ready() || self.peer.is_busy() {
            return got;
        }
        *self.peer.waker.lock().expect("nobody panics while holding the lock") =
            Some(context.waker().clone());
        match self.deadline.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write(context, bytes);
        if wrote.is_ready() {
            self.deadline = Box::pin(sleep(HEAD));
        }
        wrote
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
