"""Documents beyond paper: billing addresses, the list and its filter, files for the books."""

from browser import Look
from journey import SQLITE, Stage, journey
from steps import fill_order, is_paid, new_address, open_checkout, order, press_order, sign_up

BERLIN = {"name": "Studio Berlin", "contact": "Jana Kurz", "street": "Torstrasse 5", "postcode": "10119",
          "town": "Berlin", "country": "DE", "vat_number": "DE 123 456 789"}


@journey("billing addresses, documents and their export", SQLITE, look=Look("de", width=320))
@journey("billing addresses, documents and their export, without script", SQLITE, look=Look("de", dark=True, script=False))
def documents(stage: Stage, look: Look):
    kontor = stage.server()
    browser = stage.browser(kontor, look)
    email = new_address("dora")
    organization = sign_up(browser, kontor, email, last_name="Dorn")
    home = f"/organizations/{organization}/billing"
    order(browser, organization, "eigen.ch")
    assert is_paid(browser), "the first order was not paid"

    # A second address, with a number that Germany does not write first.
    browser.open(f"{home}/addresses").follow(f"main a[href='{home}/addresses/new']")
    form = "main form:has([name='vat_number'])"
    browser.fill(**BERLIN | {"vat_number": "DE12"}).submit(form, expect=422)
    assert browser.has("#vat_number-error"), "a VAT number of two digits was accepted"
    browser.fill(vat_number=BERLIN["vat_number"]).submit(form)
    assert browser.path == f"{home}/addresses", "the address was not added"
    link = browser.all(f"main a[href^='{home}/addresses/']:not([href$='new']):not([href$='removal'])")[0]
    address = link.get_attribute("href").rsplit("/", 1)[1]

    # Chosen at the checkout, it decides about VAT and stands on the invoice.
    open_checkout(browser, organization)
    browser.fill(billing_address=address)
    fill_order(browser, "berlin.ch")
    press_order(browser)
    assert is_paid(browser), f"the order under another address was not paid: {browser.problems()}"

    # It becomes the default, and goes only when another one takes its place.
    browser.open(f"{home}/addresses").follow(f"main form:has([value='{address}']) button")
    browser.follow(f"main a[href$='/{address}/removal']")
    browser.follow("main button.danger", expect=422)
    browser.fill(next="own").follow("main button.danger")
    assert not browser.has(f"main a[href$='/{address}/removal']"), "the address was not removed"

    # The list, narrowed and wide again; a line says how it was computed.
    browser.open(f"{home}/documents")
    assert len(browser.all("main tbody tr")) == 2, "two orders have two invoices"
    browser.fill(kind="receipt").submit("main form[role='search']")
    assert not browser.has("main tbody tr"), "there is a receipt without a top-up"
    browser.follow("main ul.filters a")
    assert len(browser.all("main tbody tr")) == 2, "the filter could not be removed"
    browser.follow("main tbody a")
    browser.click(browser.one("main details summary"))
    assert browser.has("main a[href$='/ubl.xml']"), "the invoice is not there for programs"

    # The table.
    browser.open(f"{home}/documents").follow(f"main a[href^='{home}/documents/export']")
    browser.fill(kind="credit_note").submit("main form:has([name='until'])", expect=422)
    assert browser.path == f"{home}/documents/export", "an empty table was made"

    # Each invoice on paper, sent to oneself; nothing of the choice is lost on the way.
    browser.fill(kind="invoice", format="zip").follow("main button[name='send']")
    assert browser.path == f"{home}/documents", f"the archive was not sent: {browser.problems()}"
    kontor.wait_message(email, "/billing/documents?kind=invoice")

    # What the bookkeeping wants is saved by choosing it.
    browser.follow(f"main a[href='{home}/preferences']").follow("main button[value='attached']")
    assert not browser.has("main button[value='attached']") and browser.has("main button[value='link']")

    # Topping up by transfer: the reference is shown to who asks, and stays.
    browser.open(f"{home}/prepaid/top-up").follow("main form[action$='/top-up/transfer'] button")
    reference = browser.one("#transfer-reference").get_attribute("data-value")
    browser.open(f"{home}/prepaid/top-up")
    assert browser.one("#transfer-reference").get_attribute("data-value") == reference
