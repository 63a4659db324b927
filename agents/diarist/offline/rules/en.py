"""English."""

# ruff: noqa: E501 - apostrophes as typeset; a pattern reads best on one line

import re

from agents.diarist.offline.rules.en_calendar import CALENDAR
from agents.diarist.offline.rules.language_rules import LanguageRules
from agents.diarist.offline.rules.patterns import phrases, words

_TO_DO_VERB = (
    r"(?:answer|apply|arrange|ask|book|bring|buy|call|cancel|change|check|clean|collect|confirm|contact"
    r"|cook|drop|e-?mail|empty|feed|fetch|file|fill|find|finish|fix|follow up|get|give|invite|look up|mail"
    r"|make|message|mow|move|order|organi[sz]e|pack|pay|phone|pick up|plan|post|prepare|print|put|read"
    r"|remind|renew|repair|replace|reply|reserve|return|ring|schedule|sell|send|set up|sign|sort|submit"
    r"|take|talk to|tell|text|tidy|try|update|upload|vacuum|wash|water|wrap|write)"
)
_ADVERB = r"(?:(?:really|still|also|just|definitely|absolutely|probably|finally|urgently|now)\s+)*"

_KIN = words("Mum Mom Dad Grandma Grandpa Granny Mummy Daddy")

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
    abbreviations=words("Mr Mrs Ms Dr Prof St vs etc e.g i.e approx"),
    fillers=re.compile(
        r"^(?:so|okay|ok|well|yeah|alright)\b,?\s+(?!far|much|many|long|good|done|be|is|do|did|am)"
        r"|(?<!\w)(?:um+|uh+|erm+|hmm+)\b,?\s*|(?<=,)\s*(?:you know|I mean),", re.IGNORECASE
    ),
    noise=phrases(
        r"thanks? (?:you )?(?:so much )?for watching",
        r"please subscribe",
        r"subtitles by",
        r"like and subscribe",
        r"see you in the next video",
        r"transcribed by",
    ),
    obligations=(
        phrases(r"(?:don't|do not|can't|cannot|must not|mustn't|better not) forget (?:to |about )?(?P<what>.+)"),
        phrases(
            rf"(?:I|we)(?:'ve| have)? (?:{_ADVERB})(?:need to|have to|has to|got to|gotta|must|ought to|should)"
            rf"\s+{_ADVERB}(?P<what>.+)"
        ),
        phrases(rf"(?:I|we)(?:'ll| will|'m going to| am going to|'re going to)\s+{_ADVERB}(?P<what>{_TO_DO_VERB}\b.+)"),
        phrases(r"(?:I (?:want|have|need) to |I must |I should |please |must )?remember to (?P<what>.+)"),
        phrases(r"(?:please )?remind me (?:to |about )(?P<what>.+)"),
        phrases(r"(?:I want|I'd like|I have|I need) to make sure (?:that |I |to )*(?P<what>.+)"),
        phrases(r"(?:note to self|to[- ]?do)\b\s*[:,.]?\s*(?P<what>.+)"),
        re.compile(
            rf"^(?:(?:and|also|then|oh|okay|please|so|next)\b,?\s+)*(?P<what>{_TO_DO_VERB}\s+"
            r"(?!(?:was|is|were|out of|care|it easy|for granted)\b).+)",
            re.IGNORECASE,
        ),
    ),
    idioms=re.compile(
        r"^(?:say|admit|confess|laugh|smile|agree|wonder|feel|know|remember that|be (?:honest|careful|fair)|think (?:so|that)|see (?:if|how|what|whether)"
        r"|live with|accept that|get used|wait and see|make do|go now|stop here|do (?:is|was)|find out how I feel)\b",
        re.IGNORECASE,
    ),
    negated=re.compile(
        r"\b(?:don't|do not|didn't|doesn't|no longer|never|not|needn't|won't|nor|neither)\b[^,.;]{0,20}$"
        r"|^\W*(?:not\b|have\s+\w+(?:ed|en|t)\b|have (?:been|gone|done|known|said|told|made)\b|no longer\b)",
        re.IGNORECASE,
    ),
    supposed=re.compile(
        r"(?:\b(?:if|whether|thought|as if|wish|do|does|did|why|what|where|when|how|used to think|unless"
        r"|the feeling|imagine)\s+(?:that\s+)?"
        r"|\b(?:said|says|asked|goes|shouted|told me|wrote)\s*[,:]\s*[\"“']?|[\"“])$",
        re.IGNORECASE,
    ),
    clause_end=re.compile(
        r"[.;!?]|,?\s+(?:because|but|so that|otherwise|although|though|which|since|or else|as soon as|and then)\b"
        r"|,\s+(?:so|and)\b|\s+and\s+(?:I|we|he|she|they|it)\b|\s+(?:I guess|I think|anyway|though|as well)\b",
        re.IGNORECASE,
    ),
    task_lead=re.compile(r"^(?:to|also|please|about)\s+", re.IGNORECASE),
    decisions=phrases(
        r"(?:I|we)(?:'ve| have)?\s+(?:\w+ly\s+|also\s+|just\s+)?(?:decided|agreed|settled on|resolved to|chose\b|opted)",
        r"(?:I|we)(?:'ve| have)? made up (?:my|our) minds?",
        r"(?:my|our|the) decision is",
        r"it(?:'s| is| was) (?:been )?decided",
        r"(?:we|I)(?:'re| are|'m| am) going with",
        r"(?:we'll|I'll|let's) go with",
    ),
    undecided=phrases(
        r"(?:don't|do not|no longer) (?:need|have) to",
        r"(?:haven't|hasn't|have not|not yet|can't|cannot|didn't|couldn't|never)\b[^.]{0,15}\b(?:decided?|agreed?|settled?|made up)",
        r"(?:if|until|once|whether) (?:I|we)(?:'ve| have)? (?:decided?|agreed?)",
    ),
    wonders=phrases(
        r"(?:I|we)(?:'m| am|'re| are)? (?:\w+ )?(?:wonder(?:ing)?|not sure|unsure|don't know|do not know|have no idea|can't decide)"
        r"(?: yet)?,? (?:if|whether|how|what|why|where|when|who|which)\b",
        r"I keep asking myself\b",
        r"the (?:open )?question is\b",
    ),
    asked_by_others=phrases(
        r"(?!I\b|we\b)[\w']+ (?:asked|wanted to know|said|wondered|goes)\b", r"asked me\b"
    ),
    tag_question=re.compile(
        r"(?:\b(?:right|you know|okay|ok|huh|eh|remember|you see)|\w+n't (?:it|he|she|they|we|you|I))\s*\?$"
        r"|^(?:who knows|why not|you know what|guess what|what else|what can I say|how cool is that|so what)\b",
        re.IGNORECASE,
    ),
    event_words=phrases(
        r"(?:\w+ )?(?:meeting|appointment|interview|exam|party|concert|flight|wedding|birthday|lecture|lesson"
        r"|rehearsal|check-?up|conference|exhibition|festival|fair|workshop|reservation|standup|stand-up|brunch|lunch|dinner|barbecue|funeral"
        r"|match|game|film|movie|play|show|train|bus|ferry|deadline|presentation|review|trip|visit|dentist|hairdresser"
        r"|doctor|class|course|parents' evening|school play|yoga|training|choir|picnic|delivery|inspection|call)\b"
    ),
    event_verbs=phrases(
        r"(?:I'm|I am|we're|we are|I'll be|we'll be) (?:meeting|seeing|visiting|flying|driving|travelling|having|going|leaving|picking|presenting|playing|starting|moving)",
        r"(?:I'm|I am|we're|we are) going to (?:meet|see|visit|fly|drive|travel|have|go|leave)",
        r"(?:I|we)(?:'ll| will) (?:meet|see|visit|fly|drive|have|go|leave|be)\b",
        r"(?:is|are) (?:coming|visiting|arriving|picking me up)",
        r"(?:comes|arrives|starts|begins|opens|leaves|departs|takes place)\b",
        r"(?:I|we) (?:meet|fly|leave|see|start|have)\b",
    ),
    past=re.compile(
        r"\b(?:was|were|had|went|met|did|saw|came|took|got|said|spent|ate|told|thought|felt|gave|bought|ran"
        r"|slept|drove|wrote|left|\w{2,}ed)\b",
        re.IGNORECASE,
    ),
    not_past=re.compile(
        r"\b(?:scheduled|planned|booked|invited|supposed|excited|need|indeed|agreed|arranged|moved|rescheduled"
        r"|reserved|postponed|worried|bed|red|wed|told|said|decided|got (?:a|an|to))\b",
        re.IGNORECASE,
    ),
    called_off=phrases(r"every (?:\w+day|week|morning)", r"usually\b", r"cancel", r"called off", r"(?:isn't|is not|won't|not) (?:happening|going|taking place|coming)"),
    others_plan=phrases(
        r"(?:said|says|told me|mentioned|wrote|texted|thinks)(?: that)? (?:he|she|they)(?:'s|'ll|'re| will| has| have| is| are|\b)",
        r"(?:he|she|they)(?:'s|'ll|'re)? (?:has|have|is|are|will|wants)\b",
    ),
    title_lead=re.compile(
        r"^(?:[,:\s]+|(?:and|also|so|then|oh|well|but|okay|by the way|anyway|remember that)\b,?\s*"
        r"|(?:I|we)(?:'ve|'m|'re|'ll)?\s+(?:also\s+)?(?:have got|have|got|am going to have|am|are|going to have|will have|will be|will|be|booked|scheduled|arranged|planned|agreed on)?\b\s*(?:got\s+)?(?!\w*ing\b)"
        r"|(?:I|we)(?:'m| am|'re| are)\s+|there(?:'s| is| will be)\s+|(?:a|an|the|another)\s+|(?:my|our)\s+(?!(?:mother|father|mum|mom|dad|sister|brother|son|daughter|friend|boss|parents|wife|husband|partner|aunt|uncle|cousin|neighbour|neighbor|colleague)s?\b)|is\s+|going to\s+|(?:have|having)\s+)",
        re.IGNORECASE,
    ),
    title_tail=re.compile(r"\s+(?:is|are|at|on|in|by|for|from|until|and|will be|starts|begins|the|of)$", re.IGNORECASE),
    person_strong=phrases(
        r"(?:Mr|Mrs|Ms|Dr)\.?\s+",
        r"(?:my|our) (?:\w+ )?(?:friend|sister|brother|boss|colleague|neighbou?r|wife|husband|partner|son|daughter|aunt|uncle|cousin|manager|flatmate|roommate),?\s+",
        r"(?:met|meet|meeting|called|calling|phoned|texted|visited|visiting|asked|told|thanked|hugged|messaged|married)\s+(?:up )?(?:with )?",
    ),
    person_weak=phrases(r"(?:with|invited|joined|helped|saw|emailed)\s+"),
    person_after=re.compile(
        r"^\s+(?:said|says|told|asked|thinks|texted|laughed|suggested|offered|promised|mentioned)\b"
    ),
    kin=_KIN,
    place_before=phrases(r"(?:in|to|near|from|at|through|around|outside|visit|visiting|visited|reached|left for)\s+(?:the )?"),
    place_nouns=phrases(
        r"(?:at|in|to|from|near|through|into|by|around|along|past)\s+(?:the |a |our |my )?(?P<place>(?:\w+ )?(?:park|library|office|gym|beach|market"
        r"|bakery|hospital|school|station|airport|museum|cinema|theatre|restaurant|caf[eé]|supermarket|pharmacy|river|lake"
        r"|forest|mountains|garden|church|pool|playground|pub|bar|shop|store|bank|post office|allotment|town hall|harbou?r|seaside))\b"
    ),
    not_names=words(
        "I I'm I'll I've I'd Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April"
        " May June July August September October November December English German Spanish French Italian Christmas"
        " Easter God OK Okay Internet Kafka Google Zoom Netflix Wi-Fi The A An It We He She They This That There My"
        " Our Today Tomorrow And But So Then CEO HR IT PhD TV GP"
    ),
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
