//! Connections of the HTTP client: plain or under TLS, with the line that an answer begins with kept.
//!
//! The client's types have no room for the words in that line, and older servers of Proxmox say there alone what is wrong.
//! An error from before anything was sent is told apart from all later ones.

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use std::cell::RefCell;
use std::io::{self, Read, Write};
use std::sync::Arc;
use ureq::Error;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, Either, LazyBuffers, NextTimeout, TcpConnector, Transport, TransportAdapter,
};

thread_local! {
    /// The words of the last answer's first line. A request is carried out on the thread that asks for it.
    static REASON: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// The words that the last answer on this thread began with, once.
pub fn last_reason() -> Option<String> {
    REASON.take()
}

/// An error from before anything was sent.
#[derive(Debug)]
pub struct NotConnected(pub Error);

impl std::fmt::Display for NotConnected {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for NotConnected {}

/// Opens connections, under TLS where the address says so.
#[derive(Debug)]
pub struct Dial {
    tcp: TcpConnector,
    config: Arc<ClientConfig>,
}

impl Dial {
    pub fn new(config: Arc<ClientConfig>) -> Dial {
        Dial { tcp: TcpConnector::default(), config }
    }

    fn open(&self, details: &ConnectionDetails) -> Result<Option<Link>, Error> {
        let tcp = <TcpConnector as Connector<()>>::connect(&self.tcp, details, None)?;
        let Some(Either::B(tcp)) = tcp else { return Ok(None) };
        let inner: Box<dyn Transport> =
            if details.needs_tls() { Box::new(self.sealed(tcp, details)?) } else { Box::new(tcp) };
        Ok(Some(Link { inner, begins: false }))
    }

    fn sealed(&self, tcp: impl Transport, details: &ConnectionDetails) -> Result<Sealed, Error> {
        let host = details.uri.host().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let name = ServerName::try_from(host).map_err(|_| Error::Tls("the address has no host name"))?;
        let broken = |why: rustls::Error| Error::Io(io::Error::other(why.to_string()));
        let mut conn = ClientConnection::new(self.config.clone(), name).map_err(broken)?;
        let mut sock = TransportAdapter::new(tcp.boxed(), details.current_time.clone());
        sock.set_timeout(details.timeout);
        conn.complete_io(&mut sock)?;
        let buffers = LazyBuffers::new(details.config.input_buffer_size(), details.config.output_buffer_size());
        Ok(Sealed { buffers, stream: StreamOwned { conn, sock } })
    }
}

impl Connector<()> for Dial {
    type Out = Link;

    fn connect(&self, details: &ConnectionDetails, _chained: Option<()>) -> Result<Option<Link>, Error> {
        self.open(details).map_err(|why| Error::Other(Box::new(NotConnected(why))))
    }
}

/// A connection that keeps the words with which an answer begins.
#[derive(Debug)]
pub struct Link {
    inner: Box<dyn Transport>,
    /// A request was sent, and of its answer no line was read yet.
    begins: bool,
}

impl Transport for Link {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.inner.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.begins = true;
        self.inner.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let more = self.inner.await_input(timeout)?;
        if self.begins
            && let Some(reason) = reason(self.inner.buffers().input())
        {
            REASON.set(Some(reason));
            self.begins = false;
        }
        Ok(more)
    }

    fn is_open(&mut self) -> bool {
        self.inner.is_open()
    }

    fn is_tls(&self) -> bool {
        self.inner.is_tls()
    }
}

/// The words of a status line, once all of it is there: `HTTP/1.1 500 VM 101 is running`.
fn reason(input: &[u8]) -> Option<String> {
    let end = input.iter().position(|&byte| byte == b'\n')?;
    let line = String::from_utf8_lossy(&input[..end]);
    line.trim_end().splitn(3, ' ').nth(2).map(str::to_owned)
}

/// A connection under TLS.
struct Sealed {
    buffers: LazyBuffers,
    stream: StreamOwned<ClientConnection, TransportAdapter>,
}

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str("Sealed")
    }
}

impl Transport for Sealed {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.stream.get_mut().set_timeout(timeout);
        self.stream.write_all(&self.buffers.output()[..amount])?;
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.stream.get_mut().set_timeout(timeout);
        let amount = self.stream.read(self.buffers.input_append_buf())?;
        self.buffers.input_appended(amount);
        Ok(amount > 0)
    }

    fn is_open(&mut self) -> bool {
        self.stream.get_mut().get_mut().is_open()
    }

    fn is_tls(&self) -> bool {
        true
    }
}
