"""A real SMTP server (aiosmtpd) that checks signatures with a real DKIM library (dkimpy).

Prints its port, then one line of JSON per mail. Ends when its input does. Arguments: the public key
in base64, the name and the password of the login.
"""

import asyncio
import email
import email.policy
import json
import sys

import dkim
from aiosmtpd.smtp import SMTP, AuthResult

public_key, name, password = sys.argv[1:]


def dns(_name, timeout=5):
    return f"v=DKIM1; k=rsa; p={public_key}".encode()


def authenticate(_server, _session, _envelope, _mechanism, data):
    right = data.login == name.encode() and data.password == password.encode()
    return AuthResult(success=right, handled=False)


class Handler:
    async def handle_DATA(self, _server, session, envelope):
        content = envelope.content
        mail = email.message_from_bytes(content, policy=email.policy.default)
        tampered = content.replace(b"Subject: ", b"Subject: not ", 1)
        elsewhere = content.replace(b"/unsubscribe/", b"/elsewhere/", 1)
        two_clicks = content.replace(b"One-Click", b"Two-Clicks", 1)
        text, html = mail.get_body(("plain",)), mail.get_body(("html",))
        print(
            json.dumps(
                {
                    "to": envelope.rcpt_tos,
                    "subject": mail["subject"],
                    "from": mail["from"],
                    "defects": [str(d) for part in mail.walk() for d in part.defects],
                    "text": text.get_content(),
                    "html": html.get_content() if html else None,
                    "signed": dkim.verify(content, dnsfunc=dns),
                    "tampered": dkim.verify(tampered, dnsfunc=dns),
                    "unsubscribe": [mail["List-Unsubscribe"], mail["List-Unsubscribe-Post"]],
                    "elsewhere": dkim.verify(elsewhere, dnsfunc=dns),
                    "two_clicks": dkim.verify(two_clicks, dnsfunc=dns),
                    "second_from": dkim.verify(b"From: eve@example.com\r\n" + content, dnsfunc=dns),
                }
            ),
            flush=True,
        )
        return "250 2.0.0 Taken"


async def main():
    loop = asyncio.get_running_loop()
    settings = {"auth_required": True, "auth_require_tls": False, "enable_SMTPUTF8": False}
    server = await loop.create_server(
        lambda: SMTP(Handler(), hostname="relay.test", authenticator=authenticate, **settings),
        host="127.0.0.1",
        port=0,
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
