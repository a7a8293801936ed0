"""Stripe as localstripe plays it, with what it leaves out of Stripe's contract for the console: idempotency keys, the way to the
bank and back, and the setting that a method is for later.

    stripe_server.py PORT
"""

import sys

from aiohttp import web
from localstripe import resources, server

answers: dict[str, web.Response] = {}
returns: dict[str, str] = {}
Intent = resources.PaymentIntent


@web.middleware
async def once(request, handler):
    """Stripe: the same key is the same act, and is answered alike."""
    key = request.headers.get("Idempotency-Key")
    if request.method != "POST" or not key:
        return await handler(request)
    if key not in answers:
        answer = await handler(request)
        answers[key] = (answer.status, answer.text)
    status, text = answers[key]
    return web.Response(status=status, text=text, content_type="application/json")


plain_create = Intent._api_create.__func__
plain_confirm = Intent._confirm


def create(cls, confirm=None, return_url=None, setup_future_usage=None, off_session=None, **data):
    intent = plain_create(cls, **data)
    returns[intent.id] = return_url
    if confirm in (True, "true"):
        intent._confirm(on_failure_now=intent._report_failure)
    return intent


def confirm(self, on_failure_now):
    plain_confirm(self, on_failure_now)
    if self.next_action:
        self.next_action = {
            "type": "redirect_to_url",
            "redirect_to_url": {"url": f"http://127.0.0.1:{port}/_config/bank/{self.id}", "return_url": returns.get(self.id)}}


async def bank(request):
    """The cardholder says yes, or no, and is sent back."""
    intent = Intent._api_retrieve(request.match_info["id"])
    if intent.status == "requires_action":
        try:
            Intent._api_authenticate(intent.id, client_secret=intent.client_secret, success=request.query.get("say") == "yes")
        except Exception:  # A card that is declined after all: the intent says so.
            pass
    raise web.HTTPSeeOther(returns[intent.id])


Intent._api_create = classmethod(create)
Intent._confirm = confirm
port = int(sys.argv[1])
server.app.middlewares.append(once)
# Below /_config/ localstripe asks for no key, and the cardholder's browser has none.
server.app.router.add_get("/_config/bank/{id}", bank)
web.run_app(server.app, host="127.0.0.1", port=port, print=None)
