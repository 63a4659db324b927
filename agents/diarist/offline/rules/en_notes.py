"""Decisions and questions in English."""

# ruff: noqa: E501, RUF001 - apostrophes as typeset; a pattern reads best on one line

import re

from agents.diarist.offline.rules.note_words import NoteWords
from agents.diarist.offline.rules.patterns import phrases

NOTES = NoteWords(
    decisions=phrases(
        r"(?:I|we|[\w]+ and I)(?:['’]ve| have)?\s+(?:\w+ly\s+|also\s+|just\s+|now\s+|both\s+|all\s+)*(?:decided(?! yet)|agreed(?! with\b)|settled (?:on|for|that)|resolved to|chose\b|chosen\b|opted|picked (?!up)\w|concluded|committed to|made (?:a|the|our|my) (?:decision|choice)|signed up for|ruled out|voted (?:to|for|against))",
        r"(?:I|we)(?:['’]ve| have)? made up (?:my|our) minds?",
        r"(?:my|our|the) (?:final )?(?:decision|choice|verdict) (?:is|was)\b",
        r"(?:it|that)(?:['’]s| is| was| has been) (?:been )?(?:decided|settled|agreed|final)\b",
        r"(?:we|I)(?:['’]re| are|['’]m| am) (?:going with|sticking with|sticking to|settling on)",
        r"(?:we['’]ll|I['’]ll|let['’]s|we will|I will|we should) (?:go (?:with|for)|stick (?:with|to)|settle (?:on|for))",
        r"(?:from now on|starting (?:today|tomorrow|now)),? (?:I|we)\b",
        r"(?:the|our) plan is (?:now )?(?:to|that)\b",
        r"(?:so|okay|right|good|fine),? (?:it's )?decided\b",
    ),
    undecided=phrases(
        r"(?:don't|do not|no longer) (?:need|have) to (?:decide|choose|agree)[^,;]*$",
        r"(?:haven['’]t|hasn['’]t|have not|not yet|can['’]t|cannot|didn['’]t|couldn['’]t|never|nothing(?:['’]s| is)?|isn['’]t|not)\b[^.,;]{0,15}\b(?:decided?|agreed?|settled?|made up|chosen|final)",
        r"(?:if|until|once|whether|before|unless|wish|almost|nearly) (?:I|we)(?:['’]ve| have|['’]d| had)?(?: almost| nearly)? (?:decided?|agreed?|chosen|chose|picked|settled)",
        r"(?:almost|nearly) (?:decided|agreed)\b",
    ),
    wonders=phrases(
        r"(?:I|we)(?:['’]m| am|['’]re| are)? (?:\w+ )?(?:wonder(?:ing)?|not sure|unsure|don['’]t know|do not know|have no idea|can['’]t decide|need to find out|should find out|haven['’]t figured out|still don['’]t know)"
        r"(?: yet| about)?,? (?:if|whether|how|what|why|where|when|who|which)\b",
        r"(?<![\w,] )(?:not sure|no idea|wondering|unclear)(?: yet)?,? (?:if|whether|how|what|why|where|when|who|which)\b",
        r"I keep asking myself\b",
        r"the (?:open |big |real )?question is\b",
        r"(?:it['’]s|it is|still) (?:still )?(?:unclear|open|not clear) (?:if|whether|how|what|why|where|when|who|which)\b",
    ),
    asks=re.compile(
        r"^(?:(?:so|and|but|hmm|oh|okay|now)\s+)*(?:(?:should|can|could|shall|do|does|did|will|would|is|are) (?:I|we|it|there|the|he|she|they|this|that|my|our)\b"
        r"|(?:who|what|where|when|why|how|which)(?: (?:is|are|do|does|did|should|can|could|will|would|long|many|much|often|far)\b|['’]s\b|(?: \w+){1,2} (?:should|do|does|is|are) (?:I|we|the|it)\b))",
        re.IGNORECASE,
    ),
    asked_by_others=phrases(
        r"(?!I\b|we\b)[\w'’]+ (?:(?:has |have |just |always |then )?(?:asked|asks|keeps asking|wanted to know|wants to know|said|says|wondered|goes|was like|were like))\b", r"(?:asked|asks|asking) (?:me|us)\b"
    ),
    rhetorical=re.compile(
        r"(?:\b(?:right|you know|okay|ok|huh|eh|remember|you see|know what I mean|what I mean|yeah|alright)|\w+n['’]t (?:it|he|she|they|we|you|I)|,\s+(?:is|are|do|does|did|will|can|have|has|was|were|would) (?:it|he|she|they|we|you|I))\s*\?$"
        r"|^(?:(?:and|but|so|well|oh|I mean|honestly|really|seriously)\b,?\s*)*(?:who knows|who cares|who knew|who would(?:['’]ve| have)? (?:thought|guessed)|who['’]d have thought|who doesn['’]t|who needs|why not\W*$|why me|you know|guess what|what else (?:can|could|is new|do you)|what can (?:I|you) say|what (?:more|else) (?:could|can) (?:you|one|I) (?:want|ask)"
        r"|how (?:cool|great|nice|lovely|weird|crazy|hard|difficult|bad) (?:is|was|can) (?:that|it|this)\b|so what|what['’]s the (?:point|harm|worst)|what could (?:possibly )?go wrong|where (?:does|did) the (?:time|day|year|week)|can you (?:believe|imagine)|how did (?:I|we) get so|what (?:was|were) (?:I|they|he|she) thinking"
        r"|what['’]s not to|isn['’]t|aren['’]t|wasn['’]t|don['’]t (?:you|we all|I)|doesn['’]t (?:it|everyone|that)|didn['’]t (?:I|we) (?:say|tell)|is it (?:just )?me|am I right|how are you|what['’]s up|what do you (?:think|say)|does (?:it|this) ever end|is(?: that|n['’]t that)? (?:so|too much to ask)|why (?:do|does|is|am|are|did) (?:I|it|this|people|nobody|everyone|everybody|they|he|she) (?:always|never|ever|even)\b|what a|do you (?:know|remember|see)\b|did you know|remember (?:when|how|that))\b",
        re.IGNORECASE,
    ),
    opens_quote=re.compile(r"\b(?:(?:was|were|is|are|['’]s) (?:just |all )?like|(?<!I )(?<!we )(?:said|says|goes|asked|asks|told me|shouted|replied|wrote|texted)(?: to me)?)\s*[,:]?\W*$", re.IGNORECASE),
)  # fmt: skip
