"""German."""

# ruff: noqa: E501 - a pattern reads best on one line

import re

from agents.diarist.offline.rules.de_calendar import CALENDAR
from agents.diarist.offline.rules.language_rules import LanguageRules
from agents.diarist.offline.rules.patterns import phrases, words

_TO_DO_VERB = (
    r"(?:kaufen|anrufen|holen|abholen|bezahlen|überweisen|schreiben|schicken|buchen|bestellen|putzen|aufräumen"
    r"|waschen|gießen|reparieren|abgeben|zurückgeben|mitbringen|besorgen|absagen|bestätigen|einreichen|fragen"
    r"|erledigen|machen|packen|einkaufen|vorbereiten|kündigen|verlängern|beantworten|ausfüllen|anmelden|abmelden"
    r"|ausdrucken|unterschreiben|erinnern|wechseln|tauschen|backen|kochen|bringen|melden|einladen)"
)
_ADVERB = r"(?:(?:noch|unbedingt|dringend|auch|endlich|wirklich|nur|jetzt|dann|mal|also|eigentlich|außerdem|gleich)\s+)*"

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
    abbreviations=words("Dr Prof Hr Fr Nr bzw usw ca z.B d.h u.a z d"),
    fillers=re.compile(r"^(?:also|na ja|naja|okay)\b,?\s+|(?<!\w)(?:äh+m?|ähm+|öh+m?|hm+)\b,?\s*", re.IGNORECASE),
    noise=phrases(
        r"Untertitel (?:der|im Auftrag|von|des)", r"Vielen Dank fürs Zuschauen", r"Amara\.org",
        r"Copyright WDR", r"Bis zum nächsten Mal\.?$", r"SWR \d{4}",
    ),
    obligations=(
        phrases(r"(?:darf|dürfen|sollte|will) (?:ich |wir )?(?:\w+ )?nicht vergessen,?\s+(?P<what>.+)"),
        phrases(r"nicht vergessen\s*[:,]\s*(?P<what>.+)"),
        phrases(r"(?:nicht|bloß nicht) vergessen,?\s+(?P<what>.+\b(?:zu\s+\w+|\w+zu\w+en))"),
        phrases(rf"(?:ich|wir) (?:muss|müssen|soll|sollen|sollte|sollten|müsste|müssten)\s+{_ADVERB}(?P<what>.+)"),
        phrases(rf"(?:muss|müssen|sollte|sollten|müsste|müssten) (?:ich|wir)\s+{_ADVERB}(?P<what>.+)"),
        phrases(r"(?:erinner[et]?) mich (?:bitte )?(?:daran,?\s+|an\s+)(?P<what>.+)"),
        phrases(rf"(?:ich werde|werde ich|ich will|will ich|wir werden)\s+{_ADVERB}(?P<what>.+\b{_TO_DO_VERB})\b"),
        phrases(r"(?:To-?do|Notiz an mich|Merken)\s*[:,]\s*(?P<what>.+)"),
        re.compile(
            r"^(?!.*\b(?:ich|wir|er|sie|es|man|haben|habe|hat|hatte|wollen|wollte|sollen|soll|können|kann|war|wurde"
            r"|werden|wird|ist|sind|zu|gerade|beim)\b)(?:(?:noch|dann|und|außerdem|also|bitte|unbedingt)\b,?\s+)*"
            rf"(?P<what>(?:\S+\s+){{1,7}}{_TO_DO_VERB})\s*[.!]?$",
            re.IGNORECASE,
        ),
    ),
    idioms=re.compile(
        r"^(?:sagen|zugeben|gestehen|lachen|lächeln|ehrlich|schmunzeln|einsehen|feststellen|man|ich)\b|\b(?:sagen|zugeben|gestehen|lachen|denken)\W*$",
        re.IGNORECASE,
    ),
    negated=re.compile(
        r"\b(?:nicht|nie|niemals)\b[^,.;]{0,20}$"
        r"|^(?![^.]*nicht (?:vergessen|nur))[^.,;]*\b(?:nicht|nichts|kein\w*|nie|niemals|nirgend\w*|niemand\w*)\b"
        r"|^[^.,;]*\b(?:ge\w+(?:t|en)|\w+iert) haben\b",
        re.IGNORECASE,
    ),
    supposed=re.compile(
        r"(?:\b(?:ob|wenn|falls|als ob|warum|wann|wieso|was|wie|dachte|glaubte|bevor|gedacht),?\s+"
        r"|\b(?:sagte|sagt|meinte|gesagt|rief|fragte)\s*[,:]\s*[\"„“»]?|[\"„“»])$",
        re.IGNORECASE,
    ),
    clause_end=re.compile(
        r"(?<!\d)[.;!?]|,\s+(?:weil|denn|aber|sonst|damit|obwohl|sobald|bevor|wenn|da|sodass|und|der|die|das|danach|dann|deshalb|deswegen)\b"
        r"|\s+(?:weil|denn|aber|sonst|sondern)\b|\s+und\s+(?:ich|wir|er|sie|es|dann)\b",
        re.IGNORECASE,
    ),
    infinitive=re.compile(
        r"(?:\b(?P<plain>zu)\s+(?P<verb>\w+n)|\b(?P<prefix>an|ab|auf|aus|ein|mit|vor|nach|zurück|um|weg|her|hin|los|vorbei"
        r"|fest|fertig|weiter|zusammen)zu(?P<stem>\w+n))\W*$",
        re.IGNORECASE,
    ),
    task_lead=re.compile(r"^(?:dass ich|noch|auch|bitte|daran|unbedingt|dringend|endlich)\s+", re.IGNORECASE),
    decisions=phrases(
        r"(?:ich|wir) (?:habe|haben|hab)\b[^.?!]*\b(?:entschieden|beschlossen|geeinigt|vereinbart|festgelegt)\b",
        r"(?:habe|haben|hab) (?:ich|wir)\b[^.?!]*\b(?:entschieden|beschlossen|geeinigt|vereinbart|festgelegt)\b",
        r"(?:ich|wir) (?:entschieden?|beschloss(?:en)?|einigten uns)\b",
        r"(?:meine|unsere|die) Entscheidung (?:ist|steht)",
        r"es bleibt dabei\b",
    ),
    undecided=phrases(r"(?:noch nicht|nicht|nichts|noch nichts|kein\w*)\b[^.]{0,40}\b(?:entschieden|beschlossen|geeinigt|vereinbart)"),
    wonders=phrases(
        r"(?:ich|wir) (?:frage|fragen) (?:mich|uns)\b", r"frage ich mich\b",
        r"(?:ich|wir) (?:weiß|wissen)\b[^.,]{0,20}\bnicht,? (?:ob|wie|was|wann|wo|warum|wer|welche\w*)\b",
        r"(?:ich bin|wir sind|bin ich) (?:mir |uns )?(?:noch )?(?:nicht|un)\s?sicher,? (?:ob|wie|was|wann)\b",
        r"(?:offen|unklar) (?:ist|bleibt)\b",
    ),
    asked_by_others=phrases(r"(?!ich\b|wir\b)\w+ (?:hat (?:mich )?gefragt|fragte|wollte wissen|fragt)\b", r"hat mich gefragt\b"),
    tag_question=re.compile(r"\b(?:oder|nicht wahr|ne|gell|weißt du|okay|was)\s*\?$|^(?:wer weiß|warum nicht|na und|was soll)\b", re.IGNORECASE),
    event_words=phrases(
        r"\w*(?:termin|fest|ausstellung|lesung|picknick|unterricht|besprechung|treffen|konzert|party|feier|prüfung|flug|hochzeit|geburtstag|vorstellungsgespräch"
        r"|kurs|probe|training|essen|vortrag|workshop|konferenz|kino|theater|zahnarzt|arzt|zug|frühstück|frist"
        r"|elternabend|besuch|ausflug|meeting|vorstellung|verabredung|stunde|sitzung|reise|friseur|spiel|turnier|abendessen)\b"
    ),
    event_verbs=phrases(
        r"(?:treffe|treffen|besuche|besuchen|fliege|fliegen|fahre|fahren|sehe|gehe|gehen|komme|kommen) (?:ich|wir|mich|uns|sie|er)\b",
        r"(?:ich|wir) (?:treffe|treffen|besuche|besuchen|fliege|fliegen|fahre|fahren|gehe|gehen)\b",
        r"(?:kommt|kommen|beginnt|fängt|startet|findet)\b",
        r"(?:ich|wir) (?:bin|sind) (?:\w+ ){0,6}verabredet", r"(?:bin|sind) (?:ich|wir) (?:\w+ ){0,6}verabredet",
    ),
    past=re.compile(
        r"\b(?:war|waren|hatte|hatten|ging|gingen|traf|trafen|wurde|wurden|sagte|kam|kamen|gab|fuhr|saß|stand|sah"
        r"|ge\w{3,}(?:t|en)|(?:ab|an|auf|aus|ein|mit|vor|zurück|zu)ge\w+(?:t|en)|be\w+t habe|telefoniert|besucht)\b",
        re.IGNORECASE,
    ),
    not_past=re.compile(
        r"\b(?:gebucht|ausgemacht|eingeladen|geplant|gemacht|bekommen|vereinbart|reserviert|gehen|gegen|gern|gerne|genau|gesund|gestern"
        r"|gesagt|sagte|geht|geben|getauscht|gemeinsam|gemütlich|gesamte\w*|genug|gerade|geschäft\w*|gespannt)\b",
        re.IGNORECASE,
    ),
    called_off=phrases(r"jede[nr]? \w+", r"immer\b", r"abgesagt", r"fällt\b.*\baus\b", r"ausgefallen", r"findet (?:\w+ ){0,3}nicht statt", r"verschoben auf unbestimmt"),
    others_plan=phrases(
        r"(?:sagte|sagt|meinte|meint|erzählte|gesagt|erzählt|schrieb),?\s+(?:dass )?(?:er|sie)\b", r"(?:er|sie) (?:hat|ist|will|wird|geht|fährt)\b",
        r"(?:hat|ist|will|wird) (?:er|sie)\b",
    ),
    title_lead=re.compile(
        r"^(?:[,:\s]+|(?:und|auch|also|dann|ach|ja|übrigens|außerdem|aber)\b,?\s*"
        r"|(?:ich|wir)\s+(?:habe|haben|hab|bin|sind|treffe|treffen|gehe|gehen|besuche|besuchen|fliege|fliegen|fahre|fahren|muss)\b(?:\s+(?:mich|uns|auch|noch|dann))*\s*"
        r"|(?:habe|haben|hab|bin|sind|treffe|treffen|gehe|gehen|besuche|besuchen|fliege|fliegen|fahre|fahren|muss)\s+(?:ich|wir)\b(?:\s+(?:mich|uns|auch|noch|dann))*\s*"
        r"|(?:ist|sind|gibt es|findet|beginnt|steht)\b\s*|(?:ein|eine|einen|einem|der|die|das|den|mein|meine|meinen|unser|unsere)\s+)",
        re.IGNORECASE,
    ),
    title_tail=re.compile(r"\s+(?:ist|sind|um|am|an|im|und|statt|der|die|das|habe ich|gebucht|ausgemacht|vereinbart|bekommen)$", re.IGNORECASE),
    title_inverted=re.compile(
        r"^(?P<verb>kommt|kommen|beginnt|startet|fängt|besucht|holt|fährt|fliegt|hat|ist) (?P<subject>sie|er|es|(?:meine?|unsere?|der|die|das) \w+|[A-ZÄÖÜ]\w+)\b",
    ),
    person_strong=phrases(
        r"(?:Herrn?|Frau|Dr\.)\s+",
        r"(?:mein|meine|meinem|meinen|meiner|unsere?[mnr]?) (?:\w+ )?(?:Freund|Freundin|Schwester|Bruder|Chef|Chefin|Kollege|Kollegin|Kollegen|Nachbarin|Nachbarn?|Tante|Onkel|Mann|Frau|Cousine|Sohn|Tochter),?\s+",
    ),
        person_after=re.compile(
        r"^\s+(?:sagte|sagt|meinte|meint|erzählte|erzählt|hat (?:gesagt|erzählt|gemeint|angerufen)|rief|lachte|schrieb)\b"
    ),
    joins_surname=False,
    nouns_are_capitalised=True,
    kin=words("Mama Papa Mutti Vati Oma Opa"),
    place_before=phrases(r"(?:in|nach|aus|bei|über|durch|Richtung)\s+"),
    place_nouns=phrases(
        r"(?:im|am|in der|in den|in die|ins|zum|zur|beim|auf dem|auf den|an der|an den|durch den|vom|aus dem|durchs)\s+(?P<place>\w*(?:[Pp]ark|[Bb]ibliothek|[Bb]üro|[Mm]arkt"
        r"|[Bb]äckerei|[Bb]äcker|[Kk]rankenhaus|[Ss]chule|[Bb]ahnhof|[Ff]lughafen|[Mm]useum|[Kk]ino|[Tt]heater|[Rr]estaurant|[Cc]afé"
        r"|[Ss]upermarkt|[Aa]potheke|[Ff]luss|[Ss]ee|[Ww]ald|[Gg]arten|[Kk]irche|[Ss]chwimmbad|[Kk]neipe|[Bb]ank|[Pp]ost|[Ss]tadt|[Kk]ita|[Ff]itnessstudio|[Ss]trand|Berge|Spielplatz|Rathaus))\b"
    ),
    not_names=words(
        "Ruhe Zukunft Ordnung Kürze Eile Form Wirklichkeit Prinzip Hause Haus Feierabend Arbeit Essen Plan Ich Wir Er Sie Es Du"
        " Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag Januar Februar März April Mai Juni Juli August"
        " September Oktober November Dezember Kafka Deutsch Englisch Spanisch Weihnachten Ostern Mittag Abend Morgen Nachmittag"
        " Urlaub Wochen Tagen Stunden Minuten Teilzeit Elternzeit Rente Panik Gedanken Bewegung Frieden Frage Sicht Wahrheit"
        " Bezug Anspruch Betrieb Kontakt Sicherheit Summe Richtung Gefahr Verbindung Erinnerung Tränen Wahl Bett Not"
    ),
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
