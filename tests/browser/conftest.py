"""A headless Chromium, and reports that it shows."""

import pytest
from playwright.sync_api import sync_playwright

from benchmarks.chromium import OPTIONS, PATH


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=PATH, args=OPTIONS)
        yield browser
        browser.close()


class Shown:
    """A report in a page: what it asked for, and what it complained of."""

    def __init__(self, page, url):
        self.page = page
        self.requests, self.complaints = [], []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: (self.complaints.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.goto(url)
        page.wait_for_selector("html[data-ready]", state="attached")
        page.wait_for_selector(".chart svg, .chart .empty")

    def jobs(self):
        return self.page.locator("tr.row td.job button").all_text_contents()

    def search(self, words):
        self.page.fill("#find", words)
        self.page.wait_for_timeout(200)

    def colour(self, selector, style):
        return self.page.eval_on_selector(selector, f"element => getComputedStyle(element)['{style}']")


@pytest.fixture
def show(chromium, tmp_path):
    contexts = []

    def shown(report, **options):
        path = tmp_path / "report.html"
        path.write_bytes(report.html)
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        return Shown(context.new_page(), path.as_uri())

    yield shown
    for context in contexts:
        context.close()
