"""German."""

# ruff: noqa: E501 - a pattern reads best on one line

import re

from agents.diarist.offline.rules.de_calendar import CALENDAR
from agents.diarist.offline.rules.de_names import NAMES
from agents.diarist.offline.rules.de_notes import NOTES
from agents.diarist.offline.rules.de_plans import PLANS
from agents.diarist.offline.rules.de_tasks import TASKS
from agents.diarist.offline.rules.language_rules import LanguageRules
from agents.diarist.offline.rules.patterns import phrases, words

RULES = LanguageRules(
    language="de",
    calendar=CALENDAR,
    stopwords=words(
        "ab aber alle allem allen aller alles als also am an ander andere anderen auch auf aus bei beim bin bis"
        " bist da dabei damit danach dann das dass dein deine dem den denn der des dich die dies diese diesem"
        " diesen dieser dieses dir doch dort du durch ein eine einem einen einer eines einfach er erst es etwas"
        " euch für gab ganz gar gegen gehabt gehen gemacht gerade gern geworden gewesen gibt ging gut habe haben"
        " hab hat hatte hatten heute hier hin hinter ich ihm ihn ihnen ihr ihre im immer in ins ist ja jede"
        " jeden jeder jetzt kann kein keine keinen könnte machen mal man mehr mein meine meinem meinen meiner"
        " mich mir mit morgen muss müssen nach nachdem nicht nichts noch nun nur ob oder ohne schon sehr sein"
        " seine seit selbst sich sie sind so soll sollte sondern um und uns unser unsere unter viel vom von vor"
        " wann war waren warum was weg weil weiter welche wenn wer werde werden wie wieder will wir wird wo"
        " wollen worden wurde wurden während würde zu zum zur zwar zwischen über gestern tag uhr"
    ),
    open_words=words(
        "der die das den dem des ein eine einen einem einer mein meine meinen meinem unser unsere zu von in im am an auf mit für aus bei beim zum zur und oder aber ich wir er sie ist sind war habe hab haben hat muss müssen soll sollte will kann darf dass weil wenn ob noch nächsten nächste diesen jeden um"
    ),
    abbreviations=words("Dr Prof Hr Fr Nr bzw usw ca z.B d.h u.a z d"),
    fillers=re.compile(r"^(?:also|na ja|naja|okay)\b,?\s+|(?<!\w)(?:äh+m?|ähm+|öh+m?|hm+)\b,?\s*", re.IGNORECASE),
    tasks=TASKS,
    clause_end=re.compile(
        r"(?<!Dr)(?<!Mr)(?<!Mrs)(?<!Ms)(?<!Prof)(?<!St)(?<!Sr)(?<!Sra)(?<!Dra)(?<!\d)[.;!?](?!\d)|,\s+(?:weil|denn|aber|sonst|damit|obwohl|sobald|bevor|wenn|da|sodass|und|der|die|das|danach|dann|deshalb|deswegen)\b"
        r"|\s+(?:weil|denn|aber|sonst|sondern)\b|\s+und\s+(?:ich(?! (?:\w+en|sind)\b)|wir|er|sie|es|dann|danach|da|morgen|heute|am|um|außerdem|später|jetzt|muss|das|der|die (?=\w+ (?:ist|hat|war|kommt)))\b",
        re.IGNORECASE,
    ),
    notes=NOTES,
    plans=PLANS,
    names=NAMES,
    headline_lead=re.compile(
        r"^(?:(?:so|und|aber|also|na ja|naja|ach|dann|auch|(?:heute|gestern)(?: (?:Morgen|Vormittag|Mittag|Nachmittag|Abend))?|danach|jetzt|übrigens|guten Morgen|guten Abend|später|gerade|endlich|am (?:Morgen|Vormittag|Mittag|Nachmittag|Abend))\b[,.]?\s*)+"
        r"|^(?:ich war|war ich|wir waren|waren wir)\s+(?=(?:mit|im|in|am|beim|bei|auf|zum|zur)\b)"
        r"|^(?:ich (?:habe|hab|bin)|(?:habe|hab|bin) ich|wir (?:haben|sind)|(?:haben|sind) wir)\s+(?=.*\b\w*(?:ge\w+(?:t|en)|iert|besucht|bekommen|verbracht|entschieden|beschlossen|vergessen|erzählt|telefoniert)\W*$)",
        re.IGNORECASE,
    ),
    headline_broken=re.compile(
        r"^(?:war|waren|habe|haben|hab|bin|sind|hatte|hatten|ist|hat|muss|gehe|fahre|will|kann)\s+(?:ich|wir|er|sie|es)\b", re.IGNORECASE
    ),
    noun_before=phrases(r"(?:der|die|das|den|dem|ein|eine|einen|einem|mein|meine|meinen|im|am|zum|zur|ins|beim)\s+"),
    not_topics=words("herrn herr frau minuten stunde stunden tag tage woche wochen moment idee frage ende anfang paar abend morgen mittag nachmittag vormittag mal dinge sache"),
    feeling_cue=phrases(
        r"(?:ich bin|bin ich|ich war|war ich|ich fühle mich|fühle ich mich|wir sind|wir waren|macht mich|hat mich)"
        r"\s+(?:(?:so|sehr|wirklich|ziemlich|ein bisschen|etwas|total|richtig|noch|heute|gerade|echt|einfach|jetzt|ganz|auch|etwas)\s+)*"
    ),
    feelings={
        "glücklich": 2, "begeistert": 2, "stolz": 2, "dankbar": 2, "froh": 1, "zufrieden": 1, "entspannt": 1,
        "erleichtert": 1, "ausgeruht": 1, "munter": 1, "gespannt": 1, "ruhig": 1, "aufgeregt": 1, "müde": -1, "erschöpft": -1, "nervös": -1,
        "gestresst": -1, "besorgt": -1, "genervt": -1, "traurig": -2, "wütend": -2, "einsam": -2, "ängstlich": -1,
        "enttäuscht": -1, "gelangweilt": -1, "krank": -1, "überfordert": -2, "sauer": -1, "unruhig": -1,
    },
)  # fmt: skip
