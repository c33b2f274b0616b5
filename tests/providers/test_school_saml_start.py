"""What the judge of a school's answers has ready before the first one comes."""

import subprocess
import sys

FIRST_ANSWER = """
from lxml import etree
from tests.actors.people import PUPIL
from tests.actors.saml_proof import Signing
from tests.attacks.saml.in_process import REQUEST, SCHOOL, judge

def read_late(*_, **__):
    raise RuntimeError("the schema is read when threads are there")

etree.XMLSchema = read_late
print(judge(SCHOOL.answer(REQUEST, PUPIL, signing=Signing(SCHOOL.keys)).build()).assertion_id)
"""


def test_the_schema_is_read_when_the_process_starts():
    """libxml2 sets up its types with the first schema, and not for two threads at once: of 150
    processes with six first answers one crashed, one hung and three refused every answer after it."""
    done = subprocess.run(
        [sys.executable, "-c", FIRST_ANSWER], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("_")
