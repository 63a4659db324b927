"""Days and hours in English."""

# ruff: noqa: E501, RUF001 - apostrophes as typeset; a pattern reads best on one line

import re

from agents.diarist.offline.rules.calendar_words import CalendarWords
from agents.diarist.offline.rules.patterns import numbered, phrases

_CARDINALS = numbered(
    "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\neleven\ntwelve\nthirteen\nfourteen"
    "\nfifteen\nsixteen\nseventeen\neighteen\nnineteen\ntwenty",
    first=1,
)
_ORDINALS = numbered(
    "first\nsecond\nthird\nfourth\nfifth\nsixth\nseventh\neighth\nninth\ntenth\neleventh\ntwelfth"
    "\nthirteenth\nfourteenth\nfifteenth\nsixteenth\nseventeenth\neighteenth\nnineteenth\ntwentieth"
    "\ntwenty-first\ntwenty-second\ntwenty-third\ntwenty-fourth\ntwenty-fifth\ntwenty-sixth"
    "\ntwenty-seventh\ntwenty-eighth\ntwenty-ninth\nthirtieth\nthirty-first",
    first=1,
)
_MINUTES = {
    "quarter": 15, "thirty": 30, "half": 30, "forty": 40, "fifty": 50, "oh five": 5,
    "twenty-five": 25, "thirty-five": 35, "forty-five": 45, "fifty-five": 55,
    "twenty five": 25, "thirty five": 35, "forty five": 45, "fifty five": 55,
}  # fmt: skip
_NUMBERS = (
    _CARDINALS
    | _ORDINALS
    | {word.replace("-", " "): number for word, number in _ORDINALS.items()}
    | _MINUTES
    | {"a": 1, "an": 1, "a couple of": 2, "a few": 3}
)

_HOUR = r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_COUNT = rf"(?:\d+|an?|a couple of|{'|'.join(_CARDINALS)})"
_ORDINAL = rf"(?:\d{{1,2}}(?:st|nd|rd|th)|{'|'.join(sorted({*_ORDINALS, *(w.replace('-', ' ') for w in _ORDINALS)}, key=len, reverse=True))})"
_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_MONTHS = numbered(
    "january jan\nfebruary feb\nmarch\napril\nmay\njune\njuly\naugust aug\nseptember sept\noctober oct"
    "\nnovember nov\ndecember dec",
    first=1,
)
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_UNIT = r"(?:days?|weeks?|fortnights?|months?|years?)"
_YEAR = r"(?:,?\s+(?:(?P<year{n}>20\d\d)|(?:of\s+)?(?P<next_year{n}>next year)))?"
_BEFORE = r"(?:(?:on|by|until|till|before|for|since|from)\s+)?"
_PART = r"(?:in the (?P<part{n}>morning|afternoon|evening)|at (?P<part{n}b>night))"
_FOLLOWS_HOUR = (
    r"(?=\s*(?:[.,;:!?)]|$|(?:o'clock|on|in|at|for|with|today|tomorrow|tonight|this|next|and|but|to|sharp|I|I'm|we|we're"
    r"|he|she|they|you|my|our|the|a|is|are|was|because|so|until|till|after|before|there|there's|by|or|then|from|when|while"
    rf"|dinner|lunch|breakfast|{_DAY})\b))"
)

_RELATIVE = {
    "the day after tomorrow": 2,
    "day after tomorrow": 2,
    "tomorrow morning": 1,
    "tomorrow afternoon": 1,
    "tomorrow evening": 1,
    "tomorrow night": 1,
    "tomorrow": 1,
    "tonight": 0,
    "this evening": 0,
    "this afternoon": 0,
    "this morning": 0,
    "later today": 0,
    "today": 0,
}

CALENDAR = CalendarWords(
    relative_days=_RELATIVE,
    relative=phrases(rf"(?:{'|'.join(sorted(_RELATIVE, key=len, reverse=True))})\b"),
    weekday=phrases(
        rf"(?P<week>a\s+week\s+(?:from|on)\s+)(?P<name>{_DAY})\b",
        rf"(?:on\s+)?(?P<name2>{_DAY})\s+(?P<next2>(?:of\s+)?next\s+week|week)\b",
        rf"{_BEFORE}(?P<next3>next\s+week\s+(?:on\s+)?)(?P<name3>{_DAY})\b",
        rf"{_BEFORE}(?:(?P<past4>last|past)\s+|(?P<next4>next)\s+|(?:this|coming|the)\s+)*(?P<name4>{_DAY})s?\b(?:\s+(?:morning|afternoon|evening|night)\b)?"
        rf"(?:,?\s+the\s+(?P<dom4>{_ORDINAL})(?!\s+of\b))?",
    ),
    weekdays=numbered("monday\ntuesday\nwednesday\nthursday\nfriday\nsaturday\nsunday"),
    distance=phrases(
        rf"(?:with)?in\s+(?:about\s+)?(?P<n>{_COUNT})\s+(?P<unit>{_UNIT})(?:['’]s?)?(?:\s+time)?\b",
        rf"(?P<n2>{_COUNT})\s+(?P<unit2>{_UNIT})\s+from\s+(?:now|today)\b",
    ),
    units={"day": "days", "week": "weeks", "fortnight": "weeks", "month": "months", "year": "years"},
    fixed_days={"fortnight": 14, "fortnights": 14},
    gone=phrases(
        rf"(?P<n>{_COUNT}|\w+)\s+{_UNIT}\s+ago\b",
        r"yesterday\b",
        r"the day before yesterday\b",
        r"(?:last|the previous)\s+(?:night|week|weekend|month|year|summer|winter|spring|autumn|fall|time)\b",
    ),
    date=phrases(
        rf"{_BEFORE}(?:the\s+)?(?P<day>{_ORDINAL}|\d{{1,2}})\s+(?:of\s+)?(?P<month>{_MONTH})\b{_YEAR.format(n='')}",
        rf"{_BEFORE}(?P<month2>{_MONTH})\s+(?:the\s+)?(?P<day2>{_ORDINAL}|\d{{1,2}}(?![\d:]))\b{_YEAR.format(n='2')}",
    ),
    numeric_date=phrases(r"(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b"),
    month_day=phrases(
        rf"(?:on|by|until|till|before|for|from)\s+the\s+(?P<day>{_ORDINAL})(?!\s+(?:of|(?:floor|time|day|week|month|round|one|try|page|{_MONTH})\b))"
        r"(?=\s*(?:[.,;:!?]|$|\w+))",
    ),
    moved=phrases(r"(?:moved|pushed|postponed|rescheduled|shifted|changed)\b"),
    moved_from=re.compile(r"^from\b", re.IGNORECASE),
    months=_MONTHS,
    period_end=phrases(
        r"(?:(?:by|at|before|until|till|towards?)\s+)?(?:the\s+)?end\s+of\s+(?:the\s+|this\s+)?(?P<next>next\s+)?(?P<unit>week|month|year)\b",
        r"(?:by|before|until)\s+(?P<unit2>month|year)[- ]end\b",
    ),
    weekend=phrases(
        r"(?:on\s+|at\s+|over\s+|by\s+)?(?:(?P<next>next)\s+|(?P<past>last|past)\s+|(?:this|the|coming)\s+)+weekend\b"
    ),
    this_week=phrases(r"(?:later\s+)?this\s+week\b"),
    clock=phrases(
        rf"(?:(?:at|by|from|until|till|around|about|before)\s+)*(?:(?P<past>half|(?:a\s+)?quarter|twenty[- ]five|twenty|ten|five)\s+past|(?P<to>(?:a\s+)?quarter|twenty[- ]five|twenty|ten|five)\s+to)\s+"
        rf"(?P<h>\d{{1,2}}(?!\d)|{_HOUR})\b(?:\s*(?P<part>[ap]\.?m\b\.?)|\s+{_PART.format(n='d')})?",
        rf"(?:(?:at|by|from|until|till|around|about|before)\s+)+(?P<h2>\d{{1,2}}(?![\d%])|{_HOUR})"
        rf"(?:[:.](?P<m2>\d\d)|[\s-](?P<past2>oh five|fifteen|twenty[- ]five|twenty|thirty[- ]five|thirty|forty[- ]five|forty|fifty[- ]five|fifty|ten))?"
        rf"(?:\s*o['’]clock)?(?:\s*(?P<part2>[ap]\.?m\b\.?)|\s+{_PART.format(n='e')}|{_FOLLOWS_HOUR})",
        r"(?P<h3>\d{1,2})(?:[:.](?P<m3>\d\d))?\s*(?P<part3>[ap]\.?m\b\.?)",
        r"(?P<h4>[01]?\d|2[0-3])[:](?P<m4>[0-5]\d)(?!\d)",
        rf"(?P<h5>\d{{1,2}}|{_HOUR})\s+o['’]clock(?:\s+{_PART.format(n='f')})?",
        rf"(?P<h6>{_HOUR})(?:[\s-](?P<past6>thirty|fifteen|forty[- ]five))?\s+{_PART.format(n='g')}",
        rf"(?<=day )(?P<h7>{_HOUR})[\s-](?P<past7>thirty|fifteen|forty[- ]five)\b",
    ),
    fixed_hours=phrases(r"(?:at\s+|by\s+|before\s+|until\s+)(?:about\s+)?(?:(?P<noon>noon|midday)|(?P<midnight>midnight))\b"),
    numbers=_NUMBERS | {f"a {word}": number for word, number in _MINUTES.items()},
    before_noon=phrases(r"a\.?m\b", r"morning\b", r"breakfast"),
    after_noon=phrases(r"p\.?m\b", r"afternoon", r"evening", r"tonight", r"(?:at )?night\b", r"dinner", r"party", r"concert", r"movie", r"supper", r"drinks\b"),
)  # fmt: skip
