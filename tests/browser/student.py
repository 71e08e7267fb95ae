"""A student at the keyboard: opens a notebook in JupyterLab, types in its cells, runs them, in a headless chromium."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

CHROMIUM = shutil.which("chromium")
EXPOSED = "--LabApp.expose_app_in_browser=True"  # so that a cell can be found by its content
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run"),
)
NOTEBOOK = "window.jupyterapp.shell.currentWidget.content"
READY = """async () => {
    const panel = window.jupyterapp.shell.currentWidget;
    await panel.context.ready;
    await panel.sessionContext.ready;
    await panel.revealed;
}"""
ACTIVATE = f"""async source => {{
    const notebook = {NOTEBOOK};
    const index = notebook.widgets.findIndex(cell => cell.model.sharedModel.getSource().includes(source));
    notebook.activeCellIndex = index;
    await notebook.scrollToItem(index, 'smart');
    return index;
}}"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's chromium, with nothing that talks to the network on its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


class Student:
    """Works in one notebook. `page` is the browser's page, for looking at what is shown."""

    def __init__(self, browser: Browser, address: str, notebook: str) -> None:
        self.page: Page = browser.new_page(viewport={"width": 1280, "height": 900})
        self.page.goto(f"{address}/lab/tree/{notebook}?token=test")
        self.page.locator(".jp-NotebookPanel .jp-Cell").first.wait_for()
        self.page.evaluate(READY)

    def cell(self, source: str) -> Locator:
        """Makes the first cell that contains `source` the active one; returns it."""
        assert self.page.evaluate(ACTIVATE, source) >= 0, f"no cell contains {source!r}"
        return self.page.locator(".jp-Notebook-cell.jp-mod-active")

    def source(self, source: str) -> str:
        """The whole content of the first cell that contains `source`."""
        self.cell(source)
        return str(self.page.evaluate(f"{NOTEBOOK}.activeCell.model.sharedModel.getSource()"))

    def write(self, source: str, *lines: str) -> None:
        """Replaces the `...` at the end of a cell by lines typed at the keyboard, and runs the cell."""
        self.cell(source).locator(".cm-content").click()
        self.page.keyboard.press("Control+End")
        for _ in "...":
            self.page.keyboard.press("Backspace")
        for line in lines[:-1]:
            self.page.keyboard.type(line)
            self.page.keyboard.press("Enter")
        self.page.keyboard.type(lines[-1])
        self.run(source)

    def run(self, source: str) -> Locator:
        """Runs a cell, waits until it is done, returns its output."""
        cell = self.cell(source)
        prompt = cell.locator(".jp-InputPrompt")
        before = prompt.inner_text()
        prompt.click()
        self.page.keyboard.press("Control+Enter")
        expect(prompt).not_to_have_text(before)
        expect(prompt).to_have_text(re.compile(r"\[\d+\]:"))
        return cell.locator(".jp-OutputArea")
