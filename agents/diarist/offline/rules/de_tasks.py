"""Things to do in German."""

# ruff: noqa: E501 - a pattern reads best on one line

import re

from agents.diarist.offline.rules.patterns import phrases
from agents.diarist.offline.rules.task_words import TaskWords

_TO_DO_VERB = (
    r"(?:kaufen|anrufen|zurückrufen|holen|abholen|bezahlen|zahlen|überweisen|schreiben|schicken|abschicken|senden|buchen|umbuchen|bestellen|nachbestellen|putzen|aufräumen|ausräumen|einräumen"
    r"|waschen|gießen|reparieren|abgeben|zurückgeben|zurückbringen|mitbringen|wegbringen|besorgen|absagen|zusagen|bestätigen|einreichen|fragen|nachfragen|prüfen|überprüfen|durchsehen|nachsehen|nachschauen"
    r"|erledigen|machen|packen|einpacken|auspacken|einkaufen|vorbereiten|kündigen|verlängern|erneuern|beantworten|antworten|ausfüllen|anmelden|abmelden|ummelden|informieren|kontaktieren|vereinbaren|ausmachen"
    r"|ausdrucken|drucken|unterschreiben|erinnern|wechseln|tauschen|umtauschen|austauschen|backen|kochen|bringen|melden|einladen|aufladen|hochladen|herunterladen|fertigstellen|fertigmachen|abschließen|lesen|lernen"
    r"|messen|ausmessen|streichen|mähen|saugen|staubsaugen|bügeln|nähen|füttern|impfen|tanken|danken|gratulieren|verschicken|weiterleiten|aktualisieren|testen|planen|organisieren|reservieren|verkaufen|spenden|entsorgen|sortieren|abtauen|mailen|anschreiben|nachreichen|ablesen|einstellen|abmontieren|anbringen|aufhängen|abhängen|einfrieren|ausleihen|zurücklegen|einzahlen|abheben|einlösen|ausprobieren|installieren|beantragen|anfordern|verabreden|pflanzen|suchen|finden|klären|besprechen|reden|sprechen|umziehen|leeren|laden|stellen|bereitstellen|nachholen|kümmern)"
)
_PRESENT_VERB = (
    r"(?:kaufe|rufe|hole|bezahle|zahle|überweise|schreibe|schicke|sende|buche|bestelle|putze|räume|wasche|gieße|repariere|gebe|bringe|besorge|bestätige|reiche|frage|prüfe|erledige|packe|bereite|kündige"
    r"|verlängere|beantworte|fülle|melde|drucke|unterschreibe|wechsle|tausche|backe|koche|lade|lese|messe|streiche|mähe|sauge|bügle|füttere|tanke|leite|teste|plane|organisiere|reserviere|verkaufe|spende|entsorge|sortiere|pflanze|kläre|besuche|mache|nehme|kümmere|stelle|schaue|suche)"
)
_PREFIX = r"(?:an|ab|auf|aus|ein|mit|vor|nach|zurück|um|weg|her|hin|los|vorbei|fest|fertig|weiter|zusammen|durch|hoch|zu|wieder)"
_ADVERB = r"(?:(?:noch|unbedingt|dringend|auch|endlich|wirklich|nur|jetzt|dann|mal|also|eigentlich|außerdem|gleich|schnell|vorher|davor|danach|später|nachher|wohl|echt|bloß)\s+)*"
_UNDENIED = r"(?:(?!nie\b|niemals\b|nicht\b|nichts\b|kein)\w+ )"
_WHO = r"(?:ich|wir)"
_MODAL = r"(?:muss|müssen|soll|sollen|sollte|sollten|müsste|müssten)"

TASKS = TaskWords(
    obligations=(
        phrases(r"(?:darf|dürfen|sollte|sollten|will) (?:ich |wir )?(?:\w+ ){0,2}?nicht vergessen,?\s+(?P<what>.+)"),
        phrases(r"(?:ich|wir) (?:darf|dürfen|sollte|sollten) (?P<what>(?:[\w-]+ ){1,6}nicht vergessen)\b"),
        phrases(r"(?:darf|dürfen|sollte|sollten) (?:ich|wir) (?P<what>(?:[\w-]+ ){1,6}nicht vergessen)\b"),
        re.compile(r"^(?:(?:und|auch|ach ja|also)\b,?\s+)*(?P<what>(?:[\w-]+ ){1,5}nicht vergessen)\W*$", re.IGNORECASE),
        phrases(rf"(?:ich habe?|habe? ich)\s+{_UNDENIED}{{0,3}}(?:gesagt|versprochen|zugesagt|geschrieben),?\s+(?:dass|daß) ich\s+(?P<what>.+)"),
        phrases(r"nicht vergessen\s*[:,]\s*(?P<what>.+)"),
        phrases(r"(?:nicht|bloß nicht) vergessen,?\s+(?P<what>.+\b(?:zu\s+\w+|\w+zu\w+en))"),
        phrases(r"(?:daran|dran)\s+(?:denken|gedenken|erinnern),?\s+(?:dass ich\s+)?(?P<what>.+)"),
        phrases(rf"{_WHO} {_MODAL}\s+(?:mich|mir|uns\s)?\s*{_ADVERB}(?P<what>.+)"),
        phrases(rf"{_MODAL} {_WHO}\s+(?:mich|mir|uns\s)?\s*{_ADVERB}(?P<what>.+)"),
        phrases(r"(?:erinner[et]?) mich (?:bitte )?(?:daran,?\s+|an\s+)(?P<what>.+)"),
        phrases(rf"(?:ich werde|werde ich|ich will|will ich|wir werden|werden wir)\s+{_ADVERB}(?P<what>.+\b{_TO_DO_VERB})\b"),
        phrases(r"(?:hat|haben|hatte) (?:mich|uns) (?:\w+ )?gebeten,?\s+(?P<what>.+)", r"(?:bat|bittet) (?:mich|uns),?\s+(?P<what2>.+)"),
        phrases(r"(?:hat|haben) (?:mich|uns) (?P<what>[^,]+) gebeten\b"),
        phrases(rf"(?:habe|hab|haben) {_UNDENIED}{{0,4}}(?:versprochen|zugesagt|angeboten),?\s+(?P<what>.+\b(?:zu\s+\w+n|\w+zu\w+n)\b.*)"),
        phrases(r"(?:will|möchte|wollte|erwartet),? dass ich\s+(?P<what>.+)"),
        phrases(r"(?:habe|hab|haben)\s+(?:ich\s+)?noch\s+(?P<what>(?:[\w-]+\s+){1,5}zu\s+(?:erledigen|machen|tun|schreiben|lesen|zahlen|bezahlen))\b"),
        phrases(r"(?:To-?do|Notiz an mich|Merken|Erinnerung|Aufgabe|Merkzettel)\s*[:,.-]\s*(?P<what>.+)"),
        re.compile(
            rf"^(?:(?:und|also|aber|ach|so|okay)\b,?\s+)*(?:muss|sollte|müsste|soll)\s+(?!(?:ich|wir|er|sie|man|es|ihr|du)\b){_ADVERB}(?P<what>.+en)\W*$",
            re.IGNORECASE,
        ),
        re.compile(
            r"(?:^|[,;]\s*)(?P<what>(?:\S+\s+){1,8}?(?:muss|müssen|sollte|sollten)\s+(?!(?:ich|wir|er|sie|man)\b)(?:\S+\s+){0,8}\w*(?:ge\w+(?:t|en)|be\w+t|ver\w+(?:t|en)|er\w+t|\w+iert|fertig|bereit|sauber|weg|leer)\s+(?:werden|sein))\b",
            re.IGNORECASE,
        ),
        re.compile(
            r"^(?!.*\b(?:ich|wir|er|sie|es|man|haben|habe|hat|hatte|wollen|wollte|sollen|soll|können|kann|war|waren|wurde"
            r"|werden|wird|ist|sind|gerade|beim|mussten|musste|dürfen|möchten|würden|gehen|nicht)\b)(?:(?:noch|dann|und|außerdem|also|bitte|unbedingt|danach|später)\b,?\s+)*"
            rf"(?P<what>(?:\S+\s+){{1,9}}{_TO_DO_VERB})\s*[.!]?$",
            re.IGNORECASE,
        ),
    ),
    present=phrases(
        rf"ich (?P<verb>{_PRESENT_VERB})\s+(?P<what>[^,.;!?]+?)(?:\s+(?P<prefix>{_PREFIX}))?(?=\s*(?:[,.;!?]|$|und\b|aber\b|weil\b|denn\b))",
        rf"(?P<verb2>{_PRESENT_VERB}) ich\s+(?P<what2>[^,.;!?]+?)(?:\s+(?P<prefix2>{_PREFIX}))?(?=\s*(?:[,.;!?]|$|und\b|aber\b|weil\b|denn\b))",
    ),
    soon=re.compile(r"\b(?:noch|nachher|gleich|später|dafür|bald|demnächst|anschließend|im Anschluss)\b", re.IGNORECASE),
    join=re.compile(r"(?<=en)\s*,?\s+und\s+(?:dann\s+|noch\s+|auch\s+)*(?=(?:\S+\s+){1,8}?\w+(?:en|ln|rn)\s*(?:[,.;!?]|$|und\b))", re.IGNORECASE),
    idioms=re.compile(
        r"^(?:schon\s+)?(?:angeblich|sagen|zugeben|gestehen|lachen|lächeln|ehrlich|schmunzeln|einsehen|feststellen|man|ich|los|weiter|ins Bett|nach Hause|heim)\b"
        r"|\b(?:sagen|zugeben|gestehen|lachen|denken|schmunzeln|grinsen|einsehen|feststellen|aufpassen|bedenken|akzeptieren|warten|weinen|gewöhnen|schlafen)\W*$",
        re.IGNORECASE,
    ),
    negated=re.compile(
        r"\b(?:nicht|nie|niemals|kaum)\b(?! vergessen)[^,.;]{0,20}$"
        r"|^(?![^.]*nicht (?:vergessen|nur))[^.,;]*\b(?:nicht|nichts|kein\w*|nie|niemals|nirgend\w*|niemand\w*)\b"
        r"|^[^.,;]*\b(?:ge\w+(?:t|en)|\w+iert|vergessen|verloren|verlegt|verpasst|verwechselt|übersehen|überhört|\w+gelassen) haben\b"
        r"|^[^.,;]*\b\w*(?:gefahren|gegangen|gekommen|geblieben|gelaufen|geflogen|gewesen|passiert) sein\b",
        re.IGNORECASE,
    ),
    supposed=re.compile(
        r"(?:\b(?:ob|wenn|falls|als ob|warum|wann|wieso|was|wie|dachte|dachten|glaubte|bevor|gedacht|findet|meint|glaubt|denkt|sobald|geträumt|Angst|Gefühl),?\s+(?:dass\s+)?"
        r"|\b(?:sagte|sagt|meinte|meint|gesagt|rief|fragte|schrieb|so)\s*[,:]\s*[\"„“»]?|[\"„“»])$",
        re.IGNORECASE,
    ),
    settled=re.compile(r"\W*(?:aber|doch|nur|allerdings)\b[^.;]*\b(?:(?:schon|bereits|längst)\s+\w*(?:ge\w+|\w+t|\w+en)\b|keine (?:Lust|Zeit)\b)", re.IGNORECASE),
    conditional=re.compile(r"\bwenn (?:es|das|er|sie|man)\b[^.;]*$|\b(?:falls|sofern)\b[^.;]*$|\bwenn\b[^.;]*\b(?:müsste|müssten|sollte|sollten|würde|würden)\b[^.;]*$|\b(?:hätte|hätten)\b[^.;]*$|\bvielleicht\s+(?:sollte|müsste|könnte)\b[^.;]*$|\b(?:ich|wir)\s+(?:sollte|müsste)n?\s+vielleicht\b[^.;]*$", re.IGNORECASE),
    infinitive=re.compile(
        r"(?:\b(?P<plain>zu)\s+(?P<verb>\w+n)|\b(?P<prefix>an|ab|auf|aus|ein|mit|vor|nach|zurück|um|weg|her|hin|los|vorbei"
        r"|fest|fertig|weiter|zusammen|durch|hoch)zu(?P<stem>\w+n)|\b(?P<first>\w*" + _PRESENT_VERB + r"))\W*$",
        re.IGNORECASE,
    ),
    lead=re.compile(r"^(?:dass ich|ach ja|ach|also|noch|auch|bitte|daran|unbedingt|dringend|endlich|mir|mich|dann)\s+", re.IGNORECASE),
)  # fmt: skip
