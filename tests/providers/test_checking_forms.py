"""What the check sends of a page: the first form, as somebody who takes what it proposes."""

from providers.checking.forms import Form, first_form


def test_it_sends_what_is_chosen_or_the_first_of_each_choice_and_the_first_button() -> None:
    """HTML §4.10.21.4, but for a choice that nobody made yet."""
    page = """<form action="/pick" method="POST">
      <input type="hidden" name="launch" value="7"><input name="title" value="Breuken">
      <input type="radio" name="one" value="a"><input type="radio" name="one" value="b" checked>
      <input type="checkbox" name="items" value="x"><input type="checkbox" name="items" value="y">
      <select name="level"><option value="2"></option><option value="3"></option></select>
      <input type="file" name="file"><button name="do" value="add">Add</button>
      <button name="cancel" value="1">Cancel</button></form>
      <form action="/other"><input name="not" value="sent"></form>"""
    fields = {
        "launch": "7",
        "title": "Breuken",
        "do": "add",
        "one": "b",
        "items": "x",
        "level": "2",
    }
    assert first_form(page) == Form("/pick", posts=True, fields=fields)


def test_a_page_without_a_form_has_none() -> None:
    assert first_form("<p>Klaar</p><input name='a'>") is None


def test_a_form_with_a_message_sends_itself_and_another_waits_for_a_person() -> None:
    sent, waits = first_form("<form><input name=JWT>"), first_form("<form><input name=q>")
    assert sent is not None
    assert waits is not None
    assert (sent.sends_itself, waits.sends_itself, waits.posts) == (True, False, False)
