"""Days and hours in German."""

# ruff: noqa: E501 - a pattern reads best on one line

import re

from agents.diarist.offline.rules.calendar_words import CalendarWords
from agents.diarist.offline.rules.patterns import numbered, phrases

_CARDINALS = numbered(
    "ein eins einer einem eine einen\nzwei\ndrei\nvier\nfünf\nsechs\nsieben\nacht\nneun\nzehn\nelf\nzwölf\ndreizehn"
    "\nvierzehn\nfünfzehn\nsechzehn\nsiebzehn\nachtzehn\nneunzehn\nzwanzig\neinundzwanzig\nzweiundzwanzig\ndreiundzwanzig",
    first=1,
)
_ORDINAL_STEMS = numbered(
    "erst\nzweit\ndritt\nviert\nfünft\nsechst\nsiebt siebent\nacht\nneunt\nzehnt\nelft\nzwölft\ndreizehnt\nvierzehnt"
    "\nfünfzehnt\nsechzehnt\nsiebzehnt\nachtzehnt\nneunzehnt\nzwanzigst\neinundzwanzigst\nzweiundzwanzigst"
    "\ndreiundzwanzigst\nvierundzwanzigst\nfünfundzwanzigst\nsechsundzwanzigst\nsiebenundzwanzigst"
    "\nachtundzwanzigst\nneunundzwanzigst\ndreißigst\neinunddreißigst",
    first=1,
)
_ORDINALS = {stem + end: n for stem, n in _ORDINAL_STEMS.items() for end in ("en", "er", "e")}
_HOUR = r"(?:ein|eins|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|dreizehn|vierzehn|fünfzehn|sechzehn|siebzehn|achtzehn|neunzehn|zwanzig|einundzwanzig|zweiundzwanzig|dreiundzwanzig)"
_COUNT = rf"(?:\d+|einem|einer|ein paar|{'|'.join(_CARDINALS)})"
_ORDINAL = rf"(?:\d{{1,2}}\.|{'|'.join(sorted(_ORDINALS, key=len, reverse=True))})"
_DAY = r"(?:Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonnabend|Sonntag)"
_PART = r"(?:früh|morgen|vormittag|mittag|nachmittag|abend|nacht)"
_NEXT = r"(?:nächste[nrsm]?|kommende[nrsm]?)"
_MONTHS = numbered(
    "januar jänner\nfebruar feber\nmärz\napril\nmai\njuni juno\njuli julei\naugust\nseptember\noktober\nnovember\ndezember",
    first=1,
)
_MONTH = "|".join(_MONTHS)
_UNIT = r"(?:Tag(?:en?)?|Wochen?|Monat(?:en?)?|Jahr(?:en?)?)"
_BEFORE = r"(?:(?:am|bis|zum|ab|vor|vom|von|seit|für|den|dem|der|diesen|diesem|kommenden|kommendem|nächsten|nächstem|gleich)\s+)*"
_MINUTES = {"viertel": 15, "dreißig": 30, "vierzig": 40, "fünfundvierzig": 45, "fünfzig": 50}
_PAST = r"(?:viertel|zehn|fünf|zwanzig)"

_RELATIVE = {
    "übermorgen früh": 2,
    "übermorgen": 2,
    "morgen früh": 1,
    "morgen vormittag": 1,
    "morgen mittag": 1,
    "morgen nachmittag": 1,
    "morgen abend": 1,
    "morgen": 1,
    "heute morgen": 0,
    "heute früh": 0,
    "heute vormittag": 0,
    "heute mittag": 0,
    "heute abend": 0,
    "heute nachmittag": 0,
    "heute nacht": 0,
    "heute": 0,
}

CALENDAR = CalendarWords(
    relative_days=_RELATIVE,
    relative=phrases(rf"(?<!\bam )(?<!\bjeden )(?<!\bguten )(?<!\bden )(?<!\bdem )(?:{'|'.join(sorted(_RELATIVE, key=len, reverse=True))})\b"),
    weekday=phrases(
        rf"{_BEFORE}(?P<name>{_DAY})\s+(?P<week>in einer Woche)\b",
        rf"(?P<next2>{_NEXT}\s+Woche\s+(?:am\s+)?)(?P<name2>{_DAY})(?:{_PART})?\b",
        rf"{_BEFORE}(?P<name3>{_DAY})\s+(?P<next3>{_NEXT}\s+Woche)\b",
        rf"(?:(?P<past4>letzte[nr]?|vergangene[nr]?|vorige[nr]?)\s+|{_BEFORE})(?P<name4>{_DAY})(?:\s?{_PART})?\b"
        rf"(?:,?\s+(?:dem|den|der)\s+(?P<dom4>{_ORDINAL}),?(?!\s*(?:{_MONTH})))?",
    ),
    weekdays=numbered(
        "montag\ndienstag\nmittwoch\ndonnerstag\nfreitag\nsamstag sonnabend\nsonntag"
    ),
    distance=phrases(
        rf"(?:in|heute in|binnen)\s+(?P<n>{_COUNT})\s+(?P<unit>{_UNIT})\b",
    ),
    units={"tag": "days", "woche": "weeks", "monat": "months", "jahr": "years"},
    gone=phrases(
        r"(?:vor)?gestern\b",
        rf"vor\s+(?:{_COUNT}|\w+)\s+{_UNIT}\b",
        r"(?:letzte|vorige|vergangene)[nrs]?\s+(?:Nacht|Woche|Wochenende|Monat|Jahr|Sommer|Winter|Mal)\b",
    ),
    date=phrases(
        rf"{_BEFORE}(?P<day>{_ORDINAL})\s*(?P<month>{_MONTH})\b(?:\s+(?:(?P<year>20\d\d)|(?P<next_year>nächste[ns]\s+Jahr(?:es)?)))?",
    ),
    numeric_date=phrases(
        rf"{_BEFORE}(?P<day>\d{{1,2}})\.\s?(?P<month>1[0-2]|0?[1-9])\.(?:\s?(?P<year>20\d\d))?(?!\d)",
        r"(?P<year2>20\d\d)-(?P<month2>\d\d)-(?P<day2>\d\d)\b",
    ),
    month_day=phrases(
        rf"(?:am|bis zum|zum|vor dem|ab dem|vom|der|dem)\s+(?P<day>\d{{1,2}}\.)(?!\s*(?:{_MONTH}|\d|Mal\b|Stock|Platz|Tag\b|Geburtstag))",
        rf"(?:am|bis zum|zum|vor dem|ab dem)\s+(?P<day2>{'|'.join(sorted(_ORDINALS, key=len, reverse=True))})(?!\w)(?!\s*(?:{_MONTH}|mal|tag|abend|morgen|platz|stock|advent|geburtstag|schultag|arbeitstag|wochenende|weihnachtstag|blick)\b)(?=\s*(?:[.,;!?]|$|\w))(?!\s+(?-i:[A-ZÄÖÜ]))",
    ),
    moved=phrases(r"(?:verschoben|verlegt|umgelegt|vorgezogen)\b"),
    moved_from=re.compile(r"^(?:vom|von)\b", re.IGNORECASE),
    months=_MONTHS,
    period_end=phrases(
        rf"(?:(?:bis|am|zum|vor|gegen)\s+)*Ende\s+(?:der\s+|des\s+|dieser\s+|dieses\s+)?(?:(?P<next>{_NEXT})\s+)?(?P<unit>Woche|Monat|Jahr)(?:s|es)?\b",
        r"(?:(?:bis|am|zum|vor|gegen)\s+)*(?P<unit2>Monat|Jahr)e?s(?:ende|schluss)\b",
    ),
    weekend=phrases(
        r"(?:(?:am|übers|über|das|dieses|diesem|bis|zum)\s+)*(?:(?P<next>nächste[nms]?)\s+|(?P<past>letzte[nms]?|vergangene[nms]?|vorige[nms]?)\s+|kommende[nms]?\s+)?Wochenende\b"
    ),
    this_week=phrases(r"(?:noch\s+)?(?:in\s+)?diese[r]?\s+Woche\b"),
    clock=phrases(
        rf"(?:(?:um|gegen|ab|bis|von|vor|so)\s+)*(?P<past>{_PAST}\s+(?:nach|vor))\s+(?P<half_to>halb)\s+(?P<h>\d{{1,2}}|{_HOUR})\b(?:\s+Uhr\b)?",
        rf"(?:(?:um|gegen|ab|bis|von|vor|so)\s+)*(?:(?P<half_to2>halb)|(?P<past2>{_PAST})\s+nach|(?P<to2>{_PAST})\s+vor|(?P<of_to2>drei\s?viertel|viertel))\s+"
        rf"(?P<h2>\d{{1,2}}(?!\d)|{_HOUR})\b(?:\s+Uhr\b)?",
        rf"(?:(?:um|gegen|ab|bis|von|vor|so)\s+)+(?:etwa\s+|circa\s+|genau\s+|Punkt\s+)?(?P<h3>\d{{1,2}}(?!\d)|{_HOUR})(?:[:.](?P<m3>\d\d))?"
        rf"(?:\s*Uhr(?:\s+(?P<past3>\d\d|fünfzehn|dreißig|zwanzig|zehn|vierzig|fünfundvierzig|fünfzig))?\b"
        rf"|(?=\s*(?:[.,;:!?]|$|(?:ich|habe|hab|haben|wir|sie|er|es|mit|in|im|am|an|auf|beim|bei|und|zum|zur|aber|heute|morgen|abends|morgens|nachts|früh|einen|eine|ein|den|der|die|das|treffe|treffen|gehe|gehen|essen"
        rf"|kommt|kommen|ist|sind|beginnt|fängt|fährt|fahren|fliegt|geht|gibt|muss|nach|vor|los|wieder|dann|da|steht|meine?|unsere?|{_DAY})\b)))",
        r"(?P<h4>\d{1,2})(?:[:.](?P<m4>\d\d))?\s*Uhr(?:\s+(?P<past4>\d\d))?\b",
        rf"(?P<h5>{_HOUR})\s+Uhr(?:\s+(?P<past5>\d\d|fünfzehn|dreißig|zwanzig|zehn|vierzig|fünfundvierzig))?\b",
        r"(?P<h6>[01]?\d|2[0-3]):(?P<m6>[0-5]\d)(?!\d)",
    ),
    fixed_hours=phrases(r"(?:(?P<noon>mittags\b(?!\s+um)|um mittag\b)|(?:um|vor|bis)\s+(?P<midnight>mitternacht)\b)"),
    numbers=_CARDINALS | _ORDINALS | _MINUTES | {"ein paar": 3, "dreiviertel": 45, "drei viertel": 45},
    before_noon=phrases(r"früh\b", r"vormittags?", r"morgens", r"am Morgen", r"heute Morgen", r"Frühstück", r"nachts\b"),
    after_noon=phrases(r"\w*nachmittag", r"\w*abend", r"Konzert", r"Kino\b", r"Party", r"Feier\b", r"Fest\b", r"feierabend"),
)  # fmt: skip
