//! A short conversation with the sound server. Every wait has an end.

use std::ffi::CString;
use std::fs;
use std::io::BufReader;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use pulseaudio::protocol::{
    AuthParams, AuthReply, CardInfo, CardInfoList, ClientInfo, ClientInfoList, Command, CommandReply, GetCardInfo,
    MAX_VERSION, Prop, Props, ProtocolError, ServerInfo, SetClientNameReply, SourceInfo, SourceInfoList,
    SourceOutputInfoList, read_ack_message, read_reply_message, write_command_message,
};

use rustix::io::ioctl_fionbio;
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, connect, socket_with};

/// How long the server may take for an answer.
const PATIENCE: Duration = Duration::from_secs(1);

/// Why the server does not answer; ends a sentence.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// No socket where the environment says that it is.
    #[error("no sound server runs (PulseAudio or PipeWire's): start one, or take --audio-backend alsa")]
    Absent,
    /// The socket of a server that has gone, or of another user's.
    #[error("no sound server answers at {0} ({1}): start it again, or take --audio-backend alsa")]
    Unreachable(PathBuf, std::io::Error),
    /// It answers, but not as it should.
    #[error("the sound server gives no proper answer ({0}): start it again")]
    Protocol(#[from] ProtocolError),
}

impl Trouble {
    /// Whether there is simply no server.
    pub const fn is_absence(&self) -> bool {
        matches!(self, Self::Absent | Self::Unreachable(..))
    }
}

/// Connects without waiting: a server that is stopped takes no more connections, and a plain call would wait for it for
/// ever.
fn reach(path: &Path) -> rustix::io::Result<UnixStream> {
    let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
    let socket = socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
    connect(&socket, &SocketAddrUnix::new(path)?)?;
    let stream = UnixStream::from(socket);
    ioctl_fionbio(&stream, false)?; // from here on by timeouts
    Ok(stream)
}

/// A connection, closed when dropped.
#[derive(Debug)]
pub struct Server {
    socket: BufReader<UnixStream>,
    version: u16,
    sequence: u32,
}

impl Server {
    /// Reaches the user's server without saying anything.
    ///
    /// # Errors
    /// There is none.
    pub fn find() -> Result<UnixStream, Trouble> {
        let path = pulseaudio::socket_path_from_env().ok_or(Trouble::Absent)?;
        reach(&path).map_err(|error| Trouble::Unreachable(path, error.into()))
    }

    /// Connects to the user's server.
    ///
    /// # Errors
    /// There is none, or it does not let this user in.
    pub fn connect() -> Result<Self, Trouble> {
        let socket = Self::find()?;
        for patience in [UnixStream::set_read_timeout, UnixStream::set_write_timeout] {
            patience(&socket, Some(PATIENCE)).map_err(ProtocolError::from)?;
        }
        let mut server = Self { socket: BufReader::new(socket), version: MAX_VERSION, sequence: 0 };
        let cookie = pulseaudio::cookie_path_from_env().and_then(|path| fs::read(path).ok()).unwrap_or_default();
        let params = AuthParams { version: MAX_VERSION, supports_shm: false, supports_memfd: false, cookie };
        let reply: AuthReply = server.ask(&Command::Auth(params))?;
        server.version = reply.version.min(MAX_VERSION);
        let mut props = Props::new();
        props.set(Prop::ApplicationName, CString::from(c"Capture Lab"));
        let _: SetClientNameReply = server.ask(&Command::SetClientName(props))?;
        Ok(server)
    }

    /// The name of the default source, and all sources.
    ///
    /// # Errors
    /// The server does not answer in time.
    pub fn sources(&mut self) -> Result<(Option<String>, Vec<SourceInfo>), Trouble> {
        let info: ServerInfo = self.ask(&Command::GetServerInfo)?;
        let sources: SourceInfoList = self.ask(&Command::GetSourceInfoList)?;
        Ok((info.default_source_name.map(|name| name.to_string_lossy().into_owned()), sources))
    }

    /// All cards.
    ///
    /// # Errors
    /// The server does not answer in time.
    pub fn cards(&mut self) -> Result<CardInfoList, Trouble> {
        self.ask(&Command::GetCardInfoList)
    }

    /// The streams that this program has: the index of each and of its source.
    ///
    /// # Errors
    /// The server does not answer in time.
    pub fn streams(&mut self) -> Result<Vec<(u32, u32)>, Trouble> {
        let clients: ClientInfoList = self.ask(&Command::GetClientInfoList)?;
        let outputs: SourceOutputInfoList = self.ask(&Command::GetSourceOutputInfoList)?;
        let id = std::process::id().to_string();
        let is_ours = |client: u32| clients.iter().any(|it| it.index == client && process_of(it) == id);
        let ours = outputs.iter().filter(|it| it.client_index.is_some_and(is_ours));
        Ok(ours.map(|it| (it.index, it.source_index)).collect())
    }

    /// Ends the streams that this program has from a source.
    ///
    /// # Errors
    /// The server does not answer in time.
    pub fn end_streams_from(&mut self, source: &str) -> Result<(), Trouble> {
        let sources: SourceInfoList = self.ask(&Command::GetSourceInfoList)?;
        let is_it = |index: u32| sources.iter().any(|it| it.index == index && it.name.as_bytes() == source.as_bytes());
        for (output, _) in self.streams()?.into_iter().filter(|(_, source)| is_it(*source)) {
            self.order(&Command::KillSourceOutput(output))?;
        }
        Ok(())
    }

    /// A card by its index.
    ///
    /// # Errors
    /// The server has no such card, or does not answer in time.
    pub fn card(&mut self, index: u32) -> Result<CardInfo, Trouble> {
        self.ask(&Command::GetCardInfo(GetCardInfo { index: Some(index), name: None }))
    }

    /// Sends a command and waits until it is carried out.
    ///
    /// # Errors
    /// The server refuses, or does not answer in time.
    pub fn order(&mut self, command: &Command) -> Result<(), Trouble> {
        self.tell(command)?;
        read_ack_message(&mut self.socket)?;
        Ok(())
    }

    /// Sends a command of which the answer is read by somebody else.
    ///
    /// # Errors
    /// The connection has ended.
    pub fn tell(&mut self, command: &Command) -> Result<(), Trouble> {
        self.sequence += 1;
        Ok(write_command_message(self.socket.get_mut(), self.sequence, command, self.version)?)
    }

    /// The bare connection. Nothing that was asked may be unanswered.
    pub fn into_socket(self) -> UnixStream {
        self.socket.into_inner()
    }

    fn ask<T: CommandReply>(&mut self, command: &Command) -> Result<T, Trouble> {
        self.tell(command)?;
        let (_, reply) = read_reply_message(&mut self.socket, self.version)?;
        Ok(reply)
    }
}

fn process_of(client: &ClientInfo) -> String {
    let id = client.props.get(Prop::ApplicationProcessId).unwrap_or_default();
    String::from_utf8_lossy(id).trim_end_matches('\0').to_owned()
}
