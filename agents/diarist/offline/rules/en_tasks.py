"""Things to do in English."""

# ruff: noqa: E501, RUF001 - apostrophes as typeset; a pattern reads best on one line

import re

from agents.diarist.offline.rules.patterns import phrases
from agents.diarist.offline.rules.task_words import TaskWords

_TO_DO_VERB = (
    r"(?:add|address|adjust|answer|apply|arrange|ask|assemble|attend|back up|bake|book|borrow|bring|brush up|build|buy|call|cancel|change|charge|chase|check"
    r"|clean|clear|close|collect|compare|complete|confirm|contact|cook|copy|cut|defrost|deliver|deploy|deposit|discuss|do|donate|download|draft|draw|drop|dust|e-?mail"
    r"|empty|exchange|feed|fetch|figure out|file|fill|find|finish|fix|fold|follow up|forward|get|give|hand in|hang|hire|hoover|install|invite|iron|lend|lock|look (?:up|for|into|over|at)|mail"
    r"|make|measure|merge|message|mow|move|note|oil|open|order|organi[sz]e|pack|paint|pay|phone|pick up|plan|plant|post|practi[cs]e|prepare|print|proofread|publish|put|read|rearrange"
    r"|record|refill|register|remind|remove|renew|rent|repair|replace|reply|reschedule|research|reserve|respond|return|review|revise|rewrite|ring|run|save|schedule|sell|send|set up|share|shop"
    r"|show|sign|sort|speak|start|stop by|study|submit|swap|sweep|take|talk to|tell|test|text|thank|throw (?:away|out)|tidy|track down|transfer|translate|try|unpack|update|upgrade|upload|vacuum|visit"
    r"|wash|water|weed|work on|wrap|write)"
)
_IMPERATIVE = (
    r"(?:answer|apply for|arrange|ask|book|bring|buy|call|cancel|change|charge|check|clean|clear|collect|confirm|contact|drop off|email|e-mail|empty|feed|fetch|file|fill|finish|fix|follow up|get|give|hand in"
    r"|invite|look up|mail|make sure|message|mow|order|organi[sz]e|pack|pay|phone|pick up|plant|post|prepare|print|put|read|refill|register|renew|repair|replace|reply|reschedule|reserve|return|review|ring|schedule|sell"
    r"|send|set up|sign|sort|submit|take|talk to|tell|text|thank|tidy|transfer|try|unpack|update|upload|vacuum|wash|water|wrap|write)"
)
_ADVERB = r"(?:(?:really|still|also|just|definitely|absolutely|probably|finally|urgently|now|then|quickly|first|maybe)\s+)*"
_WHO = r"(?:I|we)"

TASKS = TaskWords(
    obligations=(
        phrases(r"(?:don't|don’t|do not|can't|cannot|must not|mustn't|better not|shouldn't|should not)(?: let me| let us)? forget (?:to |about )?(?P<what>.+)"),
        phrases(
            rf"{_WHO}(?:['’]ve| have|['’]ll| will)? (?:{_ADVERB})(?:need to|have to|has to|got to|gotta|must|ought to|should)"
            rf"\s+{_ADVERB}(?P<what>.+)"
        ),
        phrases(rf"{_WHO}(?:['’]d| had) better\s+(?!not\b)(?P<what>.+)"),
        phrases(rf"{_WHO}(?:['’]m| am|['’]re| are) (?:{_ADVERB})(?:supposed|meant|due|expected) to\s+(?P<what>.+)"),
        phrases(rf"{_WHO}(?:['’]ll| will|['’]m going to| am going to|['’]m gonna|['’]re going to|['’]re gonna| shall)\s+{_ADVERB}(?P<what>{_TO_DO_VERB}\b.+)"),
        phrases(rf"{_WHO}(?:['’]m| am|['’]re| are)? (?:plan|intend|planning|want|hoping|aim)(?: to)?\s+{_ADVERB}(?P<what>{_TO_DO_VERB}\b.+\b(?:today|tonight|tomorrow|\w+day|week|weekend|month)\b.*)"),
        phrases(r"(?:(?:has|have) )?(?:asked|told|reminded|begged|wants|needs|expects|would like) (?:me|us) to\s+(?P<what>.+)"),
        phrases(rf"{_WHO}(?:['’]ve| have)? (?:promised|offered|volunteered|told|said)(?: (?!that|to)[\w']+(?: [\w']+)?)?(?: that)? (?:to|I['’]d|I would|I['’]ll|I will|we['’]d|we['’]ll)\s+(?P<what>(?:help|{_TO_DO_VERB})\b.+)"),
        phrases(r"(?:I (?:want|have|need) to |I must |I should |please |must )?remember to (?!(?:this|that|the)\b)(?P<what>.+)"),
        phrases(r"(?:please )?remind me (?:to |about |that I (?:need|have) to )(?P<what>.+)"),
        phrases(r"(?:I want|I'd like|I have|I need) to make sure (?:that |I |to )*(?P<what>.+)"),
        phrases(r"(?:note to self|reminder|action item|to[- ]?do(?: list)?(?: for (?:me|us|today|tomorrow))?|on my list)\b\s*(?:is\b)?\s*[:,.-]?\s*(?:to\s+)?(?P<what>.+)"),
        phrases(r"(?:it's|it is) (?:my turn|up to me|my job|on me) to\s+(?P<what>.+)"),
        re.compile(
            rf"^(?:(?:and|so|also|oh|then|but|okay|still|probably|maybe)\b,?\s+)*(?:(?:still|really|probably)\s+)*(?:need to|have to|got to|gotta|must|should|ought to)\s+{_ADVERB}"
            r"(?!(?:I|we|he|she|they|you|it|the|my|be|have|not|i'm)\b)(?P<what>.+)",
            re.IGNORECASE,
        ),
        re.compile(
            rf"(?:^|[,;]\s*|\b(?:and|but|so)\s+)(?P<what>(?:the|my|our|this|that|these|those)\s+(?:[\w'’-]+\s+){{1,5}}(?:needs? to|has to|have to|must|ought to) (?:{_ADVERB})be \w+(?:ed|en|t|d|id|ne|ll|wn|ut|de|nt)\b.*)",
            re.IGNORECASE,
        ),
        re.compile(
            rf"(?:^|\b(?:oh yeah|oh and|and also|plus)\s+)(?:(?:and|also|then|oh|okay|please|so|next|tomorrow|tonight|today|on \w+day|first|yeah)\b,?\s+)*(?P<what>{_IMPERATIVE}\s+"
            r"(?!(?:was|is|were|are|has|had|went|out of|care|it easy|for granted|up the|from|at|came|comes|takes|took)\b).+)",
            re.IGNORECASE,
        ),
    ),
    join=re.compile(rf",?\s+(?:and\s+)?(?:then\s+|also\s+|to\s+)*(?={_IMPERATIVE}\s+(?!is\b|was\b|of\b))(?<=[,d]\s|n\s|o\s)|,\s*(?={_IMPERATIVE}\s+\w)", re.IGNORECASE),
    idioms=re.compile(
        r"^(?:say|admit|confess|laugh|smile|agree|wonder|feel|know|tell you|remember that|be (?:honest|careful|fair|frank|patient|strong|grateful|happy|glad|able|more|less|so)|think (?:so|that|about (?:it|that))|see (?:if|how|what|whether|him|her|them)?$|see (?:if|how|what|whether)"
        r"|remember (?:how|what|when|where|why|that)|live with|accept that|get used|get over|calm down|relax|wait and see|make do|go now|stop here|do (?:is|was)|find out how I feel|hand it to|keep my fingers|have (?:been|\w+ed)|believe|hope|apologi[sz]e for the|mention that|point out|stress that"
        r"|stop (?:worrying|thinking|doing)|go to bed|go home|run|get going|get (?:up|some sleep)\W*$|show for|go(?: on)?\W*$|do it\W*$|do that\W*$|do so\W*$|hurry|move on|pinch myself)\b",
        re.IGNORECASE,
    ),
    negated=re.compile(
        r"\b(?:don['’]t|do not|didn['’]t|doesn['’]t|no longer|never|not|needn['’]t|won['’]t|nor|neither|no need|hardly|barely)\b[^,.;]{0,20}$"
        r"|^\W*(?:not\b|have\s+\w+(?:ed|en|t)\b|have (?:been|gone|done|known|said|told|made)\b|no longer\b|never\b)",
        re.IGNORECASE,
    ),
    supposed=re.compile(
        r"(?:\b(?:if|whether|thought|as if|wish|do|does|did|why|what|where|when|how|used to think|unless|all"
        r"|the feeling|imagine|imagined|pretend|dreamt|dreamed|afraid|worried|suggested|suggests|thinks?|believes?|reckons?|feels|insists|claims|the fact)\s+(?:that\s+)?"
        r"|\b(?:said|says|asked|goes|shouted|told me|wrote|was like|were like|is like|yelled|replied|answered|texted)\s*[,:]\s*[\"“']?|[\"“]"
        r"|\b(?:was|were|is|'s) like\s+|\bsays? to me\s+)$",
        re.IGNORECASE,
    ),
    conditional=re.compile(r"(?:^|[,;.]\s*|\b(?:but|and|so|only|even)\s+)(?:if|in case|suppose|supposing)\b[^.;]*$|\b(?:I|we)(?:['’]d| would| might| may| could)(?: probably| also)? (?:need|have) to\W*$|\b(?:maybe|perhaps)\s+(?:I|we)\s+(?:should|ought)\b\W*(?:to\W*)?$|\b(?:maybe|perhaps)\s+(?:I|we)(?:['’]ll| will)\W*$", re.IGNORECASE),
    settled=re.compile(r"\W*but\s+(?:I|we)(?:['’]ve| have|['’]d| had)? already\b", re.IGNORECASE),
    lead=re.compile(r"^(?:to|also|please|about|maybe|then)\s+", re.IGNORECASE),
)  # fmt: skip
