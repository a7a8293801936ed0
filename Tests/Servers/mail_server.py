"""A real mail server for the tests: takes mail, reads it with Python's own parser and notes it, one JSON line a message.

It serves until its standard input ends, so that it cannot outlive the test that started it. What it refuses is told by the
recipient: later@… 451, never@… 550.
"""

import argparse
import asyncio
import base64
import email
import email.policy
import json
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

options = argparse.ArgumentParser()
options.add_argument("--directory", required=True, help="where `port` and `messages` are written")
options.add_argument("--port", type=int, default=0)
options.add_argument("--certificate", help="PEM file with key and certificate")
options.add_argument("--implicit", action="store_true", help="encrypted from the first byte")
options.add_argument("--login", help="user:password, asked for after STARTTLS")
options.add_argument("--silent", action="store_true", help="accept connections and say nothing")
options = options.parse_args()


class Notes:
    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address.startswith("later@"):
            return "451 4.3.0 Please come back later"
        if address.startswith("never@"):
            return "550 5.1.1 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        note = {
            "sender": envelope.mail_from,
            "recipients": envelope.rcpt_tos,
            "hello": session.host_name,
            "isEncrypted": session.ssl is not None or options.implicit,
            "login": session.auth_data.login.decode() if session.auth_data else None,
            "headers": {name: str(value) for name, value in message.items()},
            "defects": [str(defect) for part in message.walk() for defect in part.defects],
            "text": message.get_body(("plain",)).get_content(),
            "html": message.get_body(("html",)).get_content(),
            "attachments": [
                [part.get_filename(), part.get_content_type(), base64.b64encode(part.get_payload(decode=True)).decode()]
                for part in message.iter_attachments()
            ],
        }
        with open(os.path.join(options.directory, "messages"), "a", encoding="utf-8") as file:
            file.write(json.dumps(note) + "\n")
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    is_right = f"{data.login.decode()}:{data.password.decode()}" == options.login
    return AuthResult(success=is_right, handled=False, auth_data=data)


def make_server():
    if options.silent:
        return asyncio.Protocol()
    return SMTP(
        Notes(),
        hostname="mail.test.example",
        enable_SMTPUTF8=True,
        tls_context=context if context and not options.implicit else None,
        authenticator=authenticate if options.login else None,
        auth_required=options.login is not None,
        auth_require_tls=not options.implicit,
    )


async def serve():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        make_server, "127.0.0.1", options.port, ssl=context if options.implicit else None
    )
    # Written aside and renamed: whoever sees the file can read it whole.
    aside = os.path.join(options.directory, "port.new")
    with open(aside, "w", encoding="utf-8") as file:
        file.write(str(server.sockets[0].getsockname()[1]))
    os.rename(aside, os.path.join(options.directory, "port"))
    await loop.run_in_executor(None, sys.stdin.read)
    os._exit(0)


context = None
if options.certificate:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.certificate)
asyncio.run(serve())
