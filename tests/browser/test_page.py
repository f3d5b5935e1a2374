"""What a person does in the playground's page, in a real browser, with a small bot behind the strict fake Slack."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, WebSocketRoute, expect

from tests.browser.conftest import PHONE, OpenPage, Shot
from tests.browser.stage import Stage


def last(page: Page) -> Locator:
    return page.get_by_role("main").get_by_test_id("message").last


def send(page: Page, text: str, *, composer: str = "composer") -> None:
    page.get_by_test_id(composer).fill(text)
    page.get_by_test_id(composer).press("Enter")


def test_typing_a_slash_lists_the_commands_and_their_words(stage: Stage, page_of: OpenPage, shot: Shot) -> None:
    page = page_of(stage.url, who="U0ANNA", where="C0GENERAL")
    composer = page.get_by_test_id("composer")
    hints = page.get_by_test_id("slash-hints")
    composer.press_sequentially("/li")
    expect(hints.get_by_role("option")).to_have_text(re.compile("/lineage"))
    composer.press("Enter")
    expect(composer).to_have_value("/lineage ")
    expect(hints).to_contain_text("who reads <table>")
    shot(page, "words")
    composer.press_sequentially("wh")
    expect(hints.get_by_role("option")).to_have_count(1)
    composer.press("Tab")
    expect(composer).to_have_value("/lineage who reads ")
    composer.press("Escape")
    expect(hints).to_be_hidden()


def test_a_slash_command_is_answered_to_its_asker_alone(stage: Stage, page_of: OpenPage, shot: Shot) -> None:
    page = page_of(stage.url, who="U0ANNA", where="C0GENERAL")
    other = page_of(stage.url, who="U0BEN", where="C0GENERAL")
    send(page, "/lineage revenue")
    expect(last(page)).to_contain_text("You asked: revenue")
    expect(last(page)).to_contain_text("Only visible to you")
    shot(page, "private")
    expect(other.get_by_test_id("message")).to_have_count(0)
    last(page).get_by_role("button", name="Dismiss message").click()
    expect(page.get_by_test_id("message")).to_have_count(0)


def test_a_command_that_is_none_is_refused_in_a_sentence(stage: Stage, page_of: OpenPage) -> None:
    page = page_of(stage.url, who="U0ANNA", where="C0GENERAL")
    send(page, "/nosuch thing")
    expect(page.get_by_test_id("toast")).to_contain_text("/nosuch is not a command here")
    expect(page.get_by_test_id("composer")).to_have_value("/nosuch thing")


def test_a_button_edits_its_message_in_place_and_the_thread_tells_who(
    stage: Stage, page_of: OpenPage, shot: Shot
) -> None:
    page = page_of(stage.url, who="U0ANNA", where="C0GENERAL")
    send(page, "/lineage alert")
    message = last(page)
    expect(message.get_by_role("heading")).to_contain_text("marts.revenue_daily was dropped")
    expect(message).to_contain_text("SELECT * FROM marts.orders")
    expect(message).to_contain_text("note = '*' AND total < 3 * 4;")
    shot(page, "before")
    message.get_by_role("button", name="Acknowledge").click()
    expect(message).to_contain_text("Acknowledged by @Anna")
    expect(message.get_by_role("button", name="Acknowledge")).to_have_count(0)
    expect(page.get_by_role("main").get_by_test_id("message")).to_have_count(1)
    message.get_by_test_id("replies").click()
    thread = page.get_by_test_id("thread-pane")
    expect(thread.get_by_test_id("message")).to_have_count(2)
    expect(thread.get_by_test_id("message").last).to_contain_text("@Anna has it in hand.")
    send(page, "Thanks!", composer="thread-composer")
    expect(thread.get_by_test_id("message").last).to_contain_text("Thanks!")
    expect(message.get_by_test_id("replies")).to_contain_text("2 replies")
    shot(page, "thread")
    thread.get_by_role("button", name="Close thread").click()
    expect(thread).to_be_hidden()


def test_a_select_and_a_menu_tell_the_bot_what_was_chosen(stage: Stage, page_of: OpenPage, shot: Shot) -> None:
    page = page_of(stage.url, who="U0ANNA", where="C0GENERAL")
    send(page, "/lineage alert")
    page.get_by_role("combobox", name="Snooze").click()
    shot(page, "open")
    page.get_by_role("option", name="4 hours").click()
    expect(last(page)).to_contain_text("Snoozed: 4h")
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Wrong owner").click()
    expect(last(page)).to_contain_text("You chose wrong-owner.")


def test_a_dangerous_button_asks_first(stage: Stage, page_of: OpenPage, shot: Shot) -> None:
    page = page_of(stage.url, who="U0ANNA", where="C0GENERAL")
    send(page, "/lineage alert")
    page.get_by_role("button", name="Resolve").click()
    question = page.get_by_test_id("confirm")
    expect(question).to_contain_text("marts.revenue_daily is still gone.")
    shot(page, "question")
    question.get_by_role("button", name="Keep it open").click()
    expect(question).to_be_hidden()
    expect(last(page)).to_contain_text("Open")
    page.get_by_role("button", name="Resolve").click()
    page.get_by_test_id("confirm-yes").click()
    expect(last(page)).to_contain_text("Resolved")


def test_people_channels_tables_and_tags_are_chosen_with_the_keyboard(
    stage: Stage, page_of: OpenPage, shot: Shot
) -> None:
    page = page_of(stage.url, who="U0ANNA", where="C0GENERAL")
    send(page, "/lineage pick")

    def choose(placeholder: str, typed: str) -> None:
        page.get_by_role("combobox", name=placeholder).press("ArrowDown")
        page.get_by_role("searchbox").press_sequentially(typed)
        expect(page.get_by_role("listbox").get_by_role("option")).to_have_count(1)
        page.get_by_role("searchbox").press("Enter")

    choose("A person", "ben")
    stage.wait_for(lambda: ("person", {"selected_user": "U0BEN"}) in stage.echo.heard)
    choose("A channel", "fin")
    stage.wait_for(lambda: ("channel", {"selected_channel": "C0FINANCE"}) in stage.echo.heard)
    choose("A table", "monthly")
    stage.wait_for(lambda: [said for kind, said in stage.echo.heard if kind == "table"])
    choose("Tags", "gold")
    page.keyboard.press("Escape")
    stage.wait_for(lambda: [said for kind, said in stage.echo.heard if kind == "tags"])
    page.get_by_label("Daily digest").check()
    stage.wait_for(lambda: [said for kind, said in stage.echo.heard if kind == "how"])
    chosen = {kind: said for kind, said in stage.echo.heard if kind in ("table", "tags", "how")}
    assert chosen["table"]["selected_option"]["value"] == "marts.revenue_monthly"
    assert [tag["value"] for tag in chosen["tags"]["selected_options"]] == ["gold"]
    assert [how["value"] for how in chosen["how"]["selected_options"]] == ["daily"]
    shot(page, "chosen")


def test_a_modal_opens_says_what_is_wrong_and_closes_when_all_is_right(
    stage: Stage, page_of: OpenPage, shot: Shot
) -> None:
    page = page_of(stage.url, who="U0ANNA", where="C0GENERAL")
    send(page, "/lineage form")
    modal = page.get_by_test_id("modal")
    expect(modal.get_by_role("heading", name="Change the owner")).to_be_visible()
    page.get_by_test_id("modal-submit").click()
    expect(modal.get_by_role("alert")).to_have_count(2)
    modal.get_by_role("combobox", name="Owner").click()
    page.keyboard.press("Escape")
    expect(modal).to_be_visible()
    modal.get_by_role("combobox", name="Owner").click()
    modal.get_by_role("option", name="Ben").click()
    modal.get_by_label("Why").fill("short")
    shot(page, "half")
    page.get_by_test_id("modal-submit").click()
    expect(modal.get_by_role("alert")).to_have_text("Say a little more: ten letters at least.")
    expect(modal.get_by_label("Why")).to_be_focused()
    shot(page, "errors")
    modal.get_by_label("Why").fill("again, once more please")
    page.get_by_test_id("modal-submit").click()
    expect(modal.get_by_role("heading", name="Once more")).to_be_visible()
    modal.get_by_label("Why").fill("because he knows it best")
    page.get_by_test_id("modal-submit").click()
    expect(modal).to_be_hidden()
    expect(last(page)).to_contain_text("@Ben owns it now.")
    expect(page.get_by_test_id("composer")).to_be_focused()


def test_escape_closes_a_modal(stage: Stage, page_of: OpenPage) -> None:
    page = page_of(stage.url, who="U0ANNA", where="C0GENERAL")
    send(page, "/lineage form")
    expect(page.get_by_test_id("modal")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("modal")).to_be_hidden()


def test_the_status_line_stands_until_the_answer_comes(stage: Stage, page_of: OpenPage, shot: Shot) -> None:
    page = page_of(stage.url, who="U0ANNA")
    send(page, "slowly")
    expect(page.get_by_test_id("status-line").first).to_contain_text("is following the lineage…")
    shot(page, "thinking")
    stage.echo.answer_now.set()
    expect(last(page)).to_contain_text("You said: slowly")
    expect(page.get_by_test_id("status-line").first).to_be_empty()


def test_the_console_runs_a_statement_as_a_person(stage: Stage, page_of: OpenPage, shot: Shot) -> None:
    page = page_of(stage.url, who="U0ANNA", where="C0GENERAL")
    page.get_by_test_id("console-person").select_option("ben_okafor")
    editor = page.get_by_test_id("console-sql")
    editor.press_sequentially("SELECT * FROM reven")
    page.get_by_role("option", name="marts.revenue_daily").click()
    expect(editor).to_have_value("SELECT * FROM marts.revenue_daily")
    editor.press("Control+Enter")
    result = page.get_by_test_id("console-result")
    expect(result.get_by_role("columnheader")).to_have_text(["day", "revenue", "note"])
    expect(result).to_contain_text("NULL")
    expect(result).to_contain_text("2 rows")
    assert stage.ran == [("ben_okafor", "SELECT * FROM marts.revenue_daily")]
    shot(page, "rows", tab="console")
    page.get_by_role("button", name="Drop a table").click()
    page.get_by_test_id("console-run").click()
    expect(result).to_contain_text("must be owner of table revenue_daily")
    shot(page, "error", tab="console")
    page.get_by_role("button", name=re.compile("History")).click()
    page.get_by_role("list", name="What was run").get_by_role("button").last.click()
    expect(editor).to_have_value("SELECT * FROM marts.revenue_daily")


def test_the_person_is_switched_and_survives_a_reload(stage: Stage, page_of: OpenPage, shot: Shot) -> None:
    page = page_of(stage.url, who="U0ANNA", where="C0GENERAL")
    page.get_by_test_id("person-switcher").click()
    shot(page, "people")
    page.get_by_role("menuitemradio", name="Ben").click()
    expect(page.get_by_test_id("person-switcher")).to_contain_text("Ben")
    send(page, "It was me.")
    expect(last(page)).to_contain_text("Ben")
    page.reload()
    expect(page.get_by_test_id("person-switcher")).to_contain_text("Ben")
    expect(last(page)).to_contain_text("It was me.")


def test_a_channel_shows_what_was_not_read(stage: Stage, page_of: OpenPage) -> None:
    page = page_of(stage.url, who="U0ANNA", where="C0GENERAL")
    finance = page.get_by_test_id("channel-finance")
    stage.slack.say("ben", "finance", "Anyone?")
    stage.slack.say("ben", "finance", "Hello?")
    expect(finance).to_contain_text("2")
    finance.click()
    expect(last(page)).to_contain_text("Hello?")
    expect(finance).to_have_text("finance")


def test_names_are_completed_and_become_mentions(stage: Stage, page_of: OpenPage, shot: Shot) -> None:
    page = page_of(stage.url, who="U0ANNA", where="C0GENERAL")
    composer = page.get_by_test_id("composer")
    composer.press_sequentially("ask @be")
    composer.press("Enter")
    composer.press_sequentially("about `SELECT * FROM a_b_c` in #fin")
    shot(page, "hints")
    composer.press("Tab")
    composer.press("Enter")
    expect(last(page).locator(".mention")).to_have_text(["@Ben", "#finance"])
    expect(last(page).locator("code")).to_have_text("SELECT * FROM a_b_c")
    composer.press("ArrowUp")
    expect(composer).to_have_value(re.compile("^ask @ben about"))


def test_code_keeps_its_lines_and_goes_to_the_console(stage: Stage, page_of: OpenPage, shot: Shot) -> None:
    page = page_of(stage.url, who="U0ANNA")
    composer = page.get_by_test_id("composer")
    composer.press_sequentially("```")
    composer.press("Enter")
    composer.press_sequentially("DROP TABLE marts.orders -- *really*")
    composer.press("Enter")
    composer.press_sequentially("```")
    composer.press("Enter")
    code = page.locator(".code-block").first
    expect(code).to_have_text("DROP TABLE marts.orders -- *really*")
    code.hover()
    shot(page, "code")
    page.get_by_role("button", name="Put it into the SQL console").first.click()
    expect(page.get_by_test_id("console-sql")).to_have_value("DROP TABLE marts.orders -- *really*")


def test_the_apps_home_opens_and_its_buttons_work(stage: Stage, page_of: OpenPage, shot: Shot) -> None:
    page = page_of(stage.url, who="U0ANNA")
    page.get_by_test_id("tab-home").click()
    expect(page.get_by_role("heading", name="Your tables")).to_be_visible()
    shot(page, "home")
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.get_by_text("Pressed at home.")).to_be_visible()


def test_the_first_steps_lead_and_can_be_sent_away(stage: Stage, page_of: OpenPage, shot: Shot) -> None:
    page = page_of(stage.url, who="U0ANNA", where="C0GENERAL", seen=False)
    steps = page.get_by_test_id("first-steps")
    shot(page, "steps")
    steps.get_by_role("button", name=re.compile("Ask")).click()
    expect(page.get_by_test_id("composer")).to_have_value(re.compile(r"^/lineage \w+"))
    steps.get_by_role("button", name=re.compile("Break something")).click()
    expect(page.get_by_test_id("console-sql")).to_have_value(re.compile("DROP TABLE"))
    steps.get_by_role("button", name="Hide the first steps").click()
    expect(steps).to_be_hidden()
    page.reload()
    expect(page.get_by_test_id("person-switcher")).to_be_visible()
    expect(steps).to_be_hidden()


def test_the_page_comes_back_when_the_line_drops(stage: Stage, page_of: OpenPage, shot: Shot) -> None:
    page = page_of(stage.url, who="U0ANNA", where="C0GENERAL")
    lines: list[WebSocketRoute] = []
    down = False

    def line(web: WebSocketRoute) -> None:
        if down:
            web.close()
        else:
            web.connect_to_server()
            lines.append(web)

    page.route_web_socket(re.compile("/page/live"), line)
    page.reload()
    expect(page.get_by_test_id("composer")).to_be_visible()
    down = True
    lines[-1].close()
    expect(page.get_by_text("Reconnecting…")).to_be_visible()
    shot(page, "away")
    stage.slack.say("ben", "general", "While you were away")
    down = False
    expect(last(page)).to_contain_text("While you were away", timeout=15_000)
    expect(page.get_by_text("Reconnecting…")).to_be_hidden()


def test_a_phone_shows_one_pane_at_a_time(stage: Stage, page_of: OpenPage, shot: Shot) -> None:
    page = page_of(stage.url, who="U0ANNA", where="C0GENERAL", size=PHONE)
    send(page, "/lineage alert")
    expect(last(page)).to_contain_text("was dropped")
    page.get_by_test_id("tab-list").click()
    page.get_by_test_id("channel-finance").click()
    expect(page.get_by_role("heading", name="finance", exact=True).first).to_be_visible()
    page.get_by_test_id("tab-console").click()
    expect(page.get_by_test_id("console-sql")).to_be_visible()
    expect(page.get_by_test_id("composer")).to_be_hidden()
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not wide


def test_the_dark_page(stage: Stage, page_of: OpenPage, shot: Shot) -> None:
    page = page_of(stage.url, who="U0ANNA", where="C0GENERAL", dark=True)
    send(page, "/lineage alert")
    expect(last(page)).to_contain_text("was dropped")
    shot(page, "dark")
    send(page, "/lineage form")
    expect(page.get_by_test_id("modal")).to_be_visible()
    shot(page, "modal")


def test_what_the_bot_says_elsewhere_is_announced(stage: Stage, page_of: OpenPage, shot: Shot) -> None:
    page = page_of(stage.url, who="U0ANNA", where="C0GENERAL")
    text = "<@U0BEN> dropped `marts.revenue_daily`: 3 dashboards break"
    stage.client.chat_postMessage(channel="C0FINANCE", text=text)
    notice = page.get_by_test_id("notice")
    expect(notice).to_contain_text("in #finance")
    expect(notice).to_contain_text("@Ben dropped marts.revenue_daily: 3 dashboards break")
    shot(page, "notice")
    notice.get_by_role("button").first.click()
    expect(last(page)).to_contain_text("3 dashboards break")
    expect(notice).to_be_hidden()
