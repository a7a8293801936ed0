"""A logo: shown where one is, refused where it is none."""

from pathlib import Path

from browser import Look
from journey import Stage, journey
from journeys.account import png
from steps import DEMO_PERSON, enter


@journey("a logo of one's own", look=Look("en"))
@journey("a logo of one's own, small and without script", look=Look("de", dark=True, width=320, script=False))
def logo(stage: Stage, look: Look):
    kontor = stage.own_server(demo=True)
    marie = stage.browser(kontor, look)
    home = enter(marie, DEMO_PERSON)
    folder = Path(stage.folder())
    assert not marie.has("header.top img.badge")

    def upload(name: str, content: bytes, expect: int = 200):
        (folder / name).write_bytes(content)
        marie.open(f"{home}/appearance/console", check=False).fill(look="square")
        marie.one("main [name='square']").send_keys(str(folder / name))
        marie.submit("form[enctype]", expect=expect)

    marie.open(f"{home}/settings").follow(f"main a[href='{home}/appearance']")
    marie.follow(f"main a[href='{home}/appearance/console']")
    upload("lying.png", b"\x89PNG\r\n\x1a\nand the rest is only text", expect=422)
    assert marie.has(".errors a[href='#square']"), "the file that lies is not named"
    upload("page.png", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", expect=422)
    upload("square.png", png(256, 256))
    assert marie.path == f"{home}/appearance", f"saving led to {marie.path}"
    drawn = "return document.querySelector('header.top .org img.badge')?.naturalWidth ?? 0"
    assert marie.run(drawn) > 0, "the switcher does not show the logo"

    marie.open(f"{home}/appearance/apps", check=False)
    (folder / "wide.png").write_bytes(png(600, 120))
    marie.one("main [name='wide']").send_keys(str(folder / "wide.png"))
    marie.submit("form[enctype]")
    marie.open(f"{home}/appearance/console").fill(look="initials", initials="AR", shows_wide="yes").submit("form[enctype]")
    assert marie.run("return document.querySelector('header.top .org img.wide-logo')?.naturalWidth ?? 0") > 0
    assert "AR" in marie.one("header.top .org .badge").get_property("textContent")
