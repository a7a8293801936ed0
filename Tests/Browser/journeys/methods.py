"""One chooser for every payment: partly from prepaid, saved methods, TWINT, the default."""

from browser import Look
from journey import SQLITE, Stage, journey
from steps import DECLINED, PAYS, card, fill_order, is_paid, new_address, open_checkout, order, pay, press_order, sign_up

TO_TWINT = "main a[href^='/sandbox/wallet/']"


def click(browser, name: str):
    browser.click(browser.one(f"main [name='{name}']"))


@journey("half from prepaid, half by card; a card and TWINT are saved", SQLITE, look=Look("en"))
@journey("half from prepaid, half by card; saved methods, without script", look=Look("de", width=320, script=False))
def methods(stage: Stage, look: Look):
    kontor = stage.server()
    browser = stage.browser(kontor, look)
    organization = sign_up(browser, kontor, new_address("mia"), last_name="Halb")
    billing = f"/organizations/{organization}/billing"
    browser.open(f"{billing}/prepaid/top-up").fill(amount="20", **card(PAYS)).submit("main form:has([name='amount'])")

    # The declined card gives the prepaid part back, and the second try uses it.
    open_checkout(browser, organization)
    fill_order(browser, "half.ch", number=DECLINED)
    click(browser, "use_prepaid")
    press_order(browser)
    place = browser.path
    assert not is_paid(browser), "half a payment has paid the order"
    click(browser, "use_prepaid")
    click(browser, "save_card")
    pay(browser, PAYS)
    assert browser.path == place and is_paid(browser), f"the two halves did not pay: {browser.problems()}"
    browser.open(f"{billing}/prepaid")
    assert browser.one("main .figure").text.strip().endswith("0.00"), "the half of prepaid was not used"

    # The card is there now, and pays without being typed.
    browser.open(f"{billing}/methods")
    assert "4242" in browser.text, "the card was not saved"
    open_checkout(browser, organization)
    profile = browser.one("main [name='method'][value^='profile:']").get_attribute("value")
    fill_order(browser, "saved.ch", method=profile)
    press_order(browser)
    assert is_paid(browser), f"the saved card did not pay: {browser.problems()}"

    # TWINT is confirmed on its page, and is saved by that.
    open_checkout(browser, organization)
    fill_order(browser, "twint.ch", method="twint")
    press_order(browser)
    assert not is_paid(browser), "TWINT paid without being asked"
    browser.follow(TO_TWINT)
    browser.follow("main button[value='approve']")
    assert is_paid(browser), f"TWINT did not pay: {browser.problems()}"
    browser.open(f"{billing}/methods")
    assert "TWINT" in browser.text, "TWINT was not saved"

    # Prepaid can be what is paid with by default; a method is added without paying, and removed.
    browser.follow("main form:has(input[value='prepaid']) button")
    assert not browser.has("main form input[name='method'][value='prepaid']"), "prepaid is not the default"
    browser.open(f"{billing}/methods/add").fill(method="card", **card(PAYS)).submit("main form:has([name='card_number'])")
    assert browser.path == f"{billing}/methods", f"the card was not saved: {browser.problems()}"
    before = len(browser.all("main tbody tr"))
    browser.follow("main tbody tr:first-child form:has(input[value='DELETE']) button")
    assert len(browser.all("main tbody tr")) == before - 1, "the method was not removed"
    browser.open(f"{billing}/methods/add").fill(method="card", **card(DECLINED))
    browser.submit("main form:has([name='card_number'])", expect=422)
