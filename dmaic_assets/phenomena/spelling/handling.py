"""Values that are right but for case, space or encoding: how it is learnt, found and repaired."""

from dmaic_assets.phenomena.contract.phenomenon import Handling, Learner
from dmaic_assets.phenomena.contract.repair_kind import Repair
from dmaic_assets.phenomena.contract.repair_spec import RepairSpec, not_among
from dmaic_assets.phenomena.spelling.cells import misread_suspects, variant_suspects
from dmaic_assets.phenomena.spelling.learn import propose_readable
from dmaic_assets.phenomena.spelling.pilot import (
    as_it_is,
    has_room_for_null,
    is_known,
    is_readable,
    misread,
    padded,
    recased,
)
from dmaic_assets.phenomena.spelling.propose import text_proposals
from dmaic_assets.phenomena.spelling.repair import (
    READ_AS,
    case_complaint,
    case_setter,
    chain_complaint,
    decoder,
    token_remover,
    trimmer,
    value_mapper,
)
from dmaic_assets.phenomena.typo.pilot import is_expected_or_closed


def _encoding_complaint(repair: Repair) -> str | None:
    return not_among(str(repair.parameters["read_as"]), READ_AS)


_ENCODING = RepairSpec(
    "encoding",
    "text",
    {"read_as": str},
    required=("read_as",),
    by_value=decoder,
    contradiction=_encoding_complaint,
    is_form=True,
    confirm=is_readable,
    spoil=misread,
)

_TRIM = RepairSpec(
    "trim",
    "text",
    {"is_inner": bool},
    by_value=trimmer,
    is_form=True,
    confirm=is_known,
    spoil=padded,
)

_NULL_TOKEN = RepairSpec(
    "null_token",
    "text",
    {"tokens": list, "to": str},
    required=("tokens",),
    by_value=token_remover,
    is_form=True,
    confirm=has_room_for_null,
    spoil=as_it_is,
    is_unspoilt=True,
)

_CASE = RepairSpec(
    "case",
    "word",
    {"spellings": list, "style": str},
    by_value=case_setter,
    contradiction=case_complaint,
    is_form=True,
    confirm=is_known,
    spoil=recased,
)

_VALUE_MAP = RepairSpec(
    "value_map",
    "word",
    {"map": dict},
    required=("map",),
    by_value=value_mapper,
    contradiction=chain_complaint,
    confirm=is_expected_or_closed,
    spoil=as_it_is,
    is_unspoilt=True,
)

HANDLING = Handling(
    repairs=(_ENCODING, _TRIM, _NULL_TOKEN, _CASE, _VALUE_MAP),
    proposers=(text_proposals,),
    learners=(Learner("readable", propose_readable),),
    detectors=(variant_suspects, misread_suspects),
)
