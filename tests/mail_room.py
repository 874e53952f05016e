"""A mail server on loopback that keeps what it is sent: just as much SMTP as a sender needs."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass(slots=True)
class MailRoom:
    """`mails` in the order of their arrival; `refuse`: turn down what is sent, as when full."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    refuse: bool = False


@contextmanager
def mail_room() -> Iterator[MailRoom]:
    """Serve until the block ends."""
    room = MailRoom()

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self._say("220 mail.example.com")
            for line in iter(self.rfile.readline, b""):
                match line.decode().split()[0].upper():
                    case "DATA":
                        self._say("354 go on")
                        self._keep(b"".join(iter(self.rfile.readline, b".\r\n")))
                    case "QUIT":
                        self._say("221 good bye")
                        return
                    case _:
                        self._say("250 well")

        def _keep(self, sent: bytes) -> None:
            if room.refuse:
                self._say("452 no room left")
                return
            room.mails.append(message_from_bytes(sent, policy=policy.default))
            self._say("250 kept")

        def _say(self, answer: str) -> None:
            self.wfile.write(f"{answer}\r\n".encode())

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session) as server:
        room.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield room
        finally:
            server.shutdown()
            thread.join()
