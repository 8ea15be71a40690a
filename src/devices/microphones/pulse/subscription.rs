//! News of sources that come, go and change.

use std::io::{ErrorKind, Read as _};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;

use pulseaudio::protocol::{Command, SubscriptionMask};

use super::server::Server;

/// A connection on which the server writes whenever something about its sources changes.
#[derive(Debug)]
pub struct Subscription(UnixStream);

/// What was to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct News {
    /// Something has changed.
    pub changed: bool,
    /// The server is still there.
    pub alive: bool,
}

impl Subscription {
    /// Subscribes to news of sources and of the server itself; `None` where no server answers.
    pub fn of_sources() -> Option<Self> {
        Self::start(SubscriptionMask::SOURCE | SubscriptionMask::SERVER)
    }

    /// Subscribes; `None` where no server answers.
    pub fn start(mask: SubscriptionMask) -> Option<Self> {
        let mut server = Server::connect().ok()?;
        server.tell(&Command::Subscribe(mask)).ok()?;
        Self::over(server.into_socket())
    }

    fn over(socket: UnixStream) -> Option<Self> {
        socket.set_nonblocking(true).ok()?;
        Some(Self(socket))
    }

    /// Reads all that is there. What it says does not matter: whoever asked lists the sources anew.
    pub fn read(&mut self) -> News {
        let mut changed = false;
        let mut space = [0; 4096];
        loop {
            match self.0.read(&mut space) {
                Ok(0) => return News { changed, alive: false },
                Ok(_) => changed = true,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return News { changed, alive: true },
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return News { changed, alive: false },
            }
        }
    }
}

impl AsFd for Subscription {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn what_comes_is_a_change_and_an_end_is_an_end() {
        let (mut server, client) = UnixStream::pair().unwrap();
        let mut subscription = Subscription::over(client).unwrap();
        assert_eq!(subscription.read(), News { changed: false, alive: true });
        server.write_all(&[0; 5000]).unwrap();
        assert_eq!(subscription.read(), News { changed: true, alive: true });
        server.write_all(b"bye").unwrap();
        drop(server);
        assert_eq!(subscription.read(), News { changed: true, alive: false });
    }
}
