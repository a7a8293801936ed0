"""Cards that do not pay at once, and the prepaid account."""

from browser import Look
from journey import POSTGRES, SQLITE, Stage, journey
from steps import (
    ASKS_FIRST, DECLINED, INSUFFICIENT, PAYS, card, fill_order, is_paid, new_address, open_checkout, order, pay,
    press_order, sign_up,
)

TO_BANK = "main a[href^='/sandbox/3ds/']"


def ready(stage: Stage, look: Look):
    kontor = stage.server()
    browser = stage.browser(kontor, look)
    return browser, sign_up(browser, kontor, new_address("bea"), last_name="Frei")


@journey("cards that are refused leave the order payable", look=Look("en", width=320))
@journey("cards that are refused leave the order payable, without script", look=Look("de", dark=True, script=False))
def refused(stage: Stage, look: Look):
    browser, organization = ready(stage, look)
    order(browser, organization, "declined.ch", number=DECLINED)
    place = browser.path
    assert not is_paid(browser), "a declined card has paid"
    pay(browser, INSUFFICIENT)
    assert browser.path == place and not is_paid(browser), "a card without funds has paid"
    browser.open(f"/organizations/{organization}")
    assert browser.has(f"main a[href='{place}']"), "the overview does not say that an order is unpaid"
    assert not browser.has("main a[href*='/billing/documents/']"), "there is an invoice for what was not paid"
    browser.follow(f"main a[href='{place}']")
    pay(browser, PAYS)
    assert is_paid(browser), f"the order could not be paid: {browser.problems()}"
    browser.open(f"/organizations/{organization}/billing/documents")
    assert len(browser.all("main tbody tr")) == 1, "one order has one invoice"


@journey("3-D Secure declined, approved, given up", SQLITE, POSTGRES, look=Look("de", dark=True))
@journey("3-D Secure, without script", look=Look("en", width=320, script=False))
def secure(stage: Stage, look: Look):
    browser, organization = ready(stage, look)
    order(browser, organization, "asked.ch", number=ASKS_FIRST)
    place = browser.path
    assert not is_paid(browser), "paid without asking the bank"
    browser.follow(TO_BANK)
    browser.follow("main button[value='decline']")
    assert browser.path == place and not is_paid(browser), "the customer said no, and it was paid"
    pay(browser, ASKS_FIRST)
    assert browser.has(TO_BANK), "the second try does not lead to the bank"
    # Another way to pay is possible while the bank waits.
    browser.follow("main form[action$='/payment'] button")
    assert browser.path == place and browser.has("main [name='card_number']"), "no other way to pay is offered"
    pay(browser, ASKS_FIRST)
    browser.follow(TO_BANK)
    bank = browser.path
    browser.follow("main button[value='approve']")
    assert browser.path == place and is_paid(browser), f"approved, but not paid: {browser.path}"
    browser.open(bank)
    assert not browser.has("main button[name='decision']"), "the bank asks twice"


@journey("an order is given up", look=Look("en"))
def given_up(stage: Stage, look: Look):
    browser, organization = ready(stage, look)
    order(browser, organization, "not-wanted.ch", number=DECLINED)
    place = browser.path
    browser.follow("main form:has(input[value='DELETE']) button.danger")
    assert browser.path == place and not browser.has("main [name='card_number']"), "a cancelled order can be paid"


@journey("prepaid: topped up, too little, enough", SQLITE, POSTGRES, look=Look("en", dark=True))
@journey("prepaid, without script", look=Look("de", width=320, script=False))
def prepaid(stage: Stage, look: Look):
    browser, organization = ready(stage, look)
    home = f"/organizations/{organization}/billing/prepaid"
    form = "main form:has([name='amount'])"

    def top_up(amount: str, number: str, expect: int = 200):
        browser.open(home, check=False).follow(f"main a[href='{home}/top-up']", check=False)
        browser.fill(amount=amount, **card(number)).submit(form, expect=expect)

    def figure() -> str:
        """The balance, digits only."""
        browser.open(home)
        return "".join(c for c in browser.one("main .figure").text if c.isdigit() or c == ".")

    browser.open(home)
    top_up("10000", PAYS, expect=422)
    assert browser.value("amount") == "10000" and browser.value("card_number") == ""
    top_up("10", DECLINED, expect=422)
    assert figure() == "0.00"
    top_up("10.50", PAYS)
    assert browser.path == home
    assert figure() == "10.50", f"the balance is {figure()}"
    # Back and Pay once more: a question, and a second charge only for who says yes.
    top_up("10.50", PAYS, expect=409)
    assert browser.has("#once_more") and figure() == "10.50", "a second top-up is charged without a word"

    open_checkout(browser, organization)
    fill_order(browser, "from-prepaid.ch", method="prepaid")
    press_order(browser, expect=422)
    assert browser.value("name") == "from-prepaid.ch", "what was typed is lost"
    assert browser.has(".errors"), "nothing says that the balance is too low"
    assert figure() == "10.50"

    top_up("1000", ASKS_FIRST)
    browser.follow("main button[value='approve']")
    assert browser.path == home
    assert figure() == "1010.50", f"the balance is {figure()}"
    assert len(browser.all("main tbody tr")) == 2
    order(browser, organization, "from-prepaid.ch", method="prepaid")
    assert is_paid(browser), f"not paid from prepaid: {browser.problems()}"
    assert float(figure()) < 1010.50
    assert len(browser.all("main tbody tr")) == 3
