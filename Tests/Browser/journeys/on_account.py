"""Customers on account: granted at the desk, ordered, forgotten, reminded, paid."""

from browser import Look
from journey import POSTGRES, SQLITE, Stage, journey
from steps import PASSWORD, PAYS, STAFF, card, enter, fill_order, new_address, open_checkout, press_order, sign_up


@journey("on account: ordered, overdue, reminded and paid", SQLITE, POSTGRES, look=Look("en"))
@journey("on account: ordered, overdue, reminded and paid, small and without script",
         look=Look("fr", dark=True, width=320, script=False))
def on_account(stage: Stage, look: Look):
    kontor = stage.own_server(demo=True)
    customer = stage.browser(kontor, look, name="customer")
    email = new_address("olga")
    organization = sign_up(customer, kontor, email, last_name="Orelli")
    home = f"/organizations/{organization}/billing"

    staff = stage.browser(kontor, Look("it"), name="staff")
    enter(staff, STAFF, check=False)
    desk = f"/staff/organizations/{organization}/on-account"
    staff.open(f"/staff/organizations/{organization}/money").follow(f"main a[href='{desk}']")
    form = "main form:has([name='due_days'])"
    staff.fill(due_days="0", limit="150", reason="no").follow(f"{form} button.primary", expect=422)
    staff.fill(due_days="10", reason="A customer for years").follow(f"{form} button.primary")
    assert staff.path == f"/staff/organizations/{organization}/money", "the terms were not kept"
    kontor.wait_message(email, f"{home}/documents")

    # Ordered on account it begins at once; a second order would owe too much.
    open_checkout(customer, organization)
    fill_order(customer, "rechnung.ch", method="on_account")
    press_order(customer)
    assert customer.has("main a[href*='/billing/documents/']"), f"it was not ordered on account: {customer.problems()}"
    message = kontor.wait_message(email, "/pay")
    assert [file["type"] for file in message["attachments"]] == ["application/pdf"], "the mail does not carry the invoice"
    customer.follow("main a[href*='/billing/documents/']")
    document = customer.path
    reference = customer.one("#transfer-reference").text
    assert reference in message["text"], "the mail has another reference than the page"
    customer.open(f"{home}/reminders")
    assert customer.has(f"main a[href='{document}']") and not customer.has("main td ul")

    # Forgotten for three weeks: overdue, once reminded, and nothing more on account.
    kontor.advance_clock("P21D")
    kontor.wait_message(email, f"{document}/pay", after=1)
    customer.open("/sign-in").sign_in(email, PASSWORD)
    customer.open(f"{home}/prepaid")
    customer.follow(f"a[href='{document}']")
    customer.open(f"{home}/reminders")
    assert customer.has("main td ul li"), "nothing says that a reminder went out"
    customer.open(f"{home}/documents")
    customer.open(f"{home}/preferences").follow("main button[name='reminders'][value='1']")
    assert not customer.has("main button[name='reminders'][value='1']"), "the number of reminders was not kept"
    customer.follow("main button[name='reminded'][value='all']")
    customer.open(f"/organizations/{organization}/order/web-hosting")
    assert customer.has("input[value='on_account'][disabled]"), "an overdue invoice does not stop orders on account"

    # Paid by card, nothing more comes.
    customer.open(document).follow(f"main a[href='{document}/pay']")
    customer.fill(method="card", **card(PAYS)).submit("main form:has([name='card_number'])")
    assert customer.path == document and not customer.has("#transfer-reference"), "it was not paid"
    kontor.advance_clock("P60D")
    assert len(kontor.messages(email, f"{document}/pay")) == 2, "what was paid was reminded"
    kontor.verify()
