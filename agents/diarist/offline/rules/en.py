"""English."""

# ruff: noqa: E501 - apostrophes as typeset; a pattern reads best on one line

import re

from agents.diarist.offline.rules.en_calendar import CALENDAR
from agents.diarist.offline.rules.en_names import NAMES
from agents.diarist.offline.rules.en_notes import NOTES
from agents.diarist.offline.rules.en_plans import PLANS
from agents.diarist.offline.rules.en_tasks import TASKS
from agents.diarist.offline.rules.language_rules import LanguageRules
from agents.diarist.offline.rules.patterns import phrases, words

RULES = LanguageRules(
    language="en",
    calendar=CALENDAR,
    stopwords=words(
        "a about after again all also always am an and any are as at away back be because been before being"
        " but by came can come could day did didn't do does doesn't doing don't done down each even every"
        " few first for from get getting go going gone gonna good got had has have having he her here him"
        " his how i i'd i'll i'm i've if in into is it it's its just kind know last later left let like"
        " little long look lot made make many maybe me more most much my myself need new next nice no not"
        " now of off oh ok okay on once one only or other our out over own part past people put quite"
        " really right said same say see she should since so some something soon still such take than that"
        " that's the their them then there there's these they thing things think this those though thought"
        " time to today together tomorrow tonight too took two under until up us use very want was wasn't"
        " way we we'll we're we've week well went were what when where which while who why will with won't"
        " work would yeah year yes yesterday yet you your"
    ),
    open_words=words(
        "a an the to of in on at with for from and or but my our his her their your i we he she they is are was were have has had need must should will would could going gonna i'm i've i'll we're we've we'll he's she's it's that's very really so because if about into some this every next"
    ),
    abbreviations=words("Mr Mrs Ms Dr Prof St vs etc e.g i.e approx"),
    fillers=re.compile(
        r"^(?:so|okay|ok|well|yeah|alright)\b,?\s+(?!far|much|many|long|good|done|be|is|do|did|am)"
        r"|(?<!\w)(?:um+|uh+|erm+|hmm+)\b,?\s*|(?<=,)\s*(?:you know|I mean),", re.IGNORECASE
    ),
    tasks=TASKS,
    clause_end=re.compile(
        r"(?<!Dr)(?<!Mr)(?<!Mrs)(?<!Ms)(?<!Prof)(?<!St)(?<!Sr)(?<!Sra)(?<!Dra)[.;!?](?!\d)|,?\s+(?:because|but|so that|otherwise|although|though|which|since|or else|as soon as|and then)\b"
        r"|,\s+(?:so|and)\b|,\s+(?:I|we)\b|\s+and\s+(?:I(?! (?:are|were|both)\b)|we|he|she|they|it|tomorrow|tonight|on (?=\w+day)|also|there)\b|\s+and then (?:I|we)\b|\s+(?:I guess|I think|anyway|though|as well)\b",
        re.IGNORECASE,
    ),
    notes=NOTES,
    plans=PLANS,
    names=NAMES,
    headline_lead=re.compile(
        r"^(?:(?:so|and|but|well|okay|ok|oh|then|also|anyway|today|this (?:morning|afternoon|evening)|tonight|yesterday|right"
        r"|just|now|later|after that|finally|in the (?:morning|afternoon|evening)|good morning|good evening)\b[,.]?\s*)+"
        r"|^(?:I|we)\s+(?!am\b|was\b|were\b|have\b|had to\b|do\b|don't\b|think\b|feel\b|felt\b|need\b|will\b|want\b|can\b|could\b|should\b|must\b|didn't\b|would\b|really\b)",
        re.IGNORECASE,
    ),
    noun_before=phrases(r"(?:the|a|an|my|our|some)\s+"),
    not_topics=words(
        "corner minutes minute hours hour morning afternoon evening night bit couple rest moment idea number side"
        " end start whole reason question problem point others times days weeks months years"
    ),
    feeling_cue=phrases(
        r"(?:I'm|I am|I was|I feel|I felt|I've been|we were|we are|we're|feeling|felt|makes me|made me|left me|I got|I'm getting)"
        r"\s+(?:(?:so|really|very|quite|a bit|a little|pretty|still|just|incredibly|absolutely|also|feeling|rather|too|completely|extremely)\s+)*"
    ),
    feelings={
        "happy": 2, "delighted": 2, "thrilled": 2, "overjoyed": 2, "excited": 2, "proud": 2, "grateful": 2,
        "glad": 1, "calm": 1, "relaxed": 1, "relieved": 1, "content": 1, "pleased": 1, "hopeful": 1,
        "cheerful": 1, "rested": 1, "confident": 1, "tired": -1, "exhausted": -1, "nervous": -1, "worried": -1,
        "stressed": -1, "annoyed": -1, "sad": -2, "angry": -2, "upset": -2, "lonely": -2, "anxious": -1,
        "frustrated": -1, "disappointed": -1, "bored": -1, "sick": -1, "overwhelmed": -2, "afraid": -1,
        "scared": -1, "miserable": -2, "sleepy": -1,
    },
)  # fmt: skip
