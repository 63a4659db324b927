"""What is to come, in English."""

# ruff: noqa: E501, RUF001 - apostrophes as typeset; a pattern reads best on one line

import re

from agents.diarist.offline.rules.patterns import phrases
from agents.diarist.offline.rules.plan_words import PlanWords

_KIN = r"(?:mother|father|mum|mom|dad|sister|brother|son|daughter|friend|boss|parents|wife|husband|partner|aunt|uncle|cousin|neighbour|neighbor|colleague|flatmate|roommate|kid|kids|team|manager)"
_OTHER = (
    rf"(?:he|she|they|(?:my|her|his|our) (?:\w+ )?{_KIN}s?|(?-i:[A-Z]\w+)(?: and (?-i:[A-Z]\w+))?)"
)

PLANS = PlanWords(
    event_words=phrases(
        r"(?:\w+ )?(?:meeting|appointment|interview|exam|party|concert|flight|wedding|birthday|lecture|lesson"
        r"|rehearsal|check-?up|conference|exhibition|festival|fair|workshop|reservation|standup|stand-up|brunch|lunch|dinner|barbecue|funeral|premiere|recital|christening|graduation|reunion|webinar|seminar|audition|surgery|operation|scan|therapy|physio|viewing|handover|kick-?off|retro(?:spective)?|demo|launch|opening|tournament|race|marathon|parade|service|mass"
        r"|match|game|film|movie|play|show|train|bus|ferry|deadline|presentation|review|trip|visit|dentist|hairdresser|vet|haircut|vaccination|test|quiz night|sleepover|housewarming|anniversary|breakfast|coffee|drinks|hike|practice|screening|gig"
        r"|doctor|class|course|parents' evening|school play|yoga|training|choir|picnic|delivery|inspection|call)\b"
    ),
    event_verbs=phrases(
        r"(?:I['’]m|I am|we['’]re|we are|I['’]ll be|we['’]ll be) (?:meeting|seeing|visiting|flying|driving|travelling|traveling|having|leaving|picking|presenting|playing|starting|moving|getting married|hosting|speaking|giving|attending|taking|catching|going (?!to (?!the|a|see|visit|meet|my|our)))",
        r"(?:I['’]m|I am|we['’]re|we are) going to (?:meet|see|visit|fly|drive|travel|have|go|leave)",
        r"(?:I|we)(?:['’]ll| will) (?:meet|see|visit|fly|drive|have|go|leave|be)\b",
        r"(?:is|are) (?:coming|visiting|arriving|picking (?:me|us) up|staying with)",
        r"(?:comes|arrives|starts|begins|opens|closes|leaves|departs|ends|takes off|lands|takes place|is due|are due)\b",
        r"(?:I|we) (?:meet|fly|leave|see|start|have|move|travel|play)\b",
    ),
    copula=re.compile(r"\w\s+(?:is|are|['’]s|will be|(?:has|have) been (?:moved|rescheduled|pushed|postponed)(?: to)?|(?:is|are|was|got)? ?(?:now )?(?:moved|rescheduled|pushed back|scheduled|set|planned|booked|due)(?: to| for)?)\s*$", re.IGNORECASE),
    past=re.compile(
        r"\b(?:was|were|had|went|met|did|saw|came|took|got|said|spent|ate|told|thought|felt|gave|bought|ran|flew|sang|drank|won|lost|fell|sat|stood|began"
        r"|slept|drove|wrote|left|\w{2,}ed)\b",
        re.IGNORECASE,
    ),
    not_past=re.compile(
        r"\b(?:scheduled|planned|booked|invited|supposed|excited|need|indeed|agreed|arranged|moved|rescheduled|confirmed|pushed|delayed|shifted|married|organi[sz]ed|tired|wicked|hundred|feed|speed|seed|shed|weed|sacred"
        r"|reserved|postponed|worried|bed|red|wed|told|said|decided|got (?:a|an|to)|(?:was|were|got|been) (?:\w+ )?(?:moved|rescheduled|pushed|postponed|delayed|booked|scheduled|set|shifted)|called)\b",
        re.IGNORECASE,
    ),
    called_off=phrases(r"cancel", r"called off", r"(?:isn['’]t|is not|won['’]t|not) (?:happening|going|taking place|coming)", r"postponed(?! (?:to|until|till))", r"(?:fell|falls|fallen) through", r"no longer (?:on|happening)"),
    recurring=phrases(r"(?:every|each) (?:\w+ )?(?:\w*day|week|morning|evening|month|year|night|weekend)", r"usually\b", r"always\b", r"normally\b", r"on (?:mon|tues|wednes|thurs|fri|satur|sun)days\b", r"(?:twice|once) a (?:week|day|month)"),
    denied=re.compile(r"\b(?:not|never|no longer|nobody|(?:is|are|do|does|wo|ca|did|was|were|would|could)n['’]t|cannot)\b(?! (?:wait|only|until|till|forget|just)\b)(?! be late)", re.IGNORECASE),
    conditional=re.compile(r"(?:^|[,;]\s*|\b(?:but|and|so|only|even)\s+)(?:if|in case|unless)\b|\b(?:might|may|could|would|maybe|perhaps|possibly|hopefully we|I['’]d|we['’]d)\b|\b(?:thinking (?:of|about)|considering|wish)\b", re.IGNORECASE),
    others_plan=phrases(
        r"(?:said|says|told (?:me|us)|mentioned|wrote|texted|thinks|heard|announced)(?: that)? (?:(?:he|she|they)\b|(?-i:[A-Z])\w+)",
        r"(?:he|she|they)(?:['’]s|['’]ll|['’]re|['’]d)? (?:has|have|is|are|will|wants|needs)\b",
        rf"{_OTHER}(?:['’]s| is| are|['’]ll| will|['’]re)\s+(?:also\s+)?(?:going|flying|driving|travelling|traveling|moving|leaving|starting|meeting|having|seeing|getting|running|playing|doing|taking|fly|drive|travel|move|leave|start|meet|see|go|be|have)\b",
        rf"{_OTHER} (?:has|have|flies|leaves|travels|moves|goes|drives) (?:a|an|to|for|his|her|their|into)\b",
    ),
    of_us=re.compile(r"\b(?:I|me|we|us|let['’]s|our|ours|my (?!(?:sister|brother|boss|friend|colleague|neighbou?r|cousin|uncle|aunt|flatmate|roommate|manager)))\b", re.IGNORECASE),
    title_lead=re.compile(
        r"^(?:[,:\s]+|(?:and|also|so|then|oh|well|but|okay|by the way|anyway|remember that|um+|uh+|yeah)\b,?\s*"
        r"|(?:I|we)(?:['’]ve|['’]m|['’]re|['’]ll)?\s+(?:also\s+)?(?:have got|have|got|am going to have|am|are|going to have|will have|will be|will|be|booked|scheduled|arranged|planned|agreed on)?\b\s*(?:got\s+)?(?!\w*ing\b)"
        rf"|(?:I|we)(?:['’]m| am|['’]re| are)\s+|there(?:['’]s| is| will be)\s+|(?:a|an|the|another)\s+|(?:my|our)\s+(?!{_KIN}s?\b)|is\s+|going to\s+|(?:have|having)\s+)",
        re.IGNORECASE,
    ),
    title_tail=re.compile(r"\s+(?:is|are|at|on|in|by|for|from|until|and|will be|starts|begins|the|of|got|gets|been|moved|has|to|scheduled|is moved|then)$", re.IGNORECASE),
)  # fmt: skip
