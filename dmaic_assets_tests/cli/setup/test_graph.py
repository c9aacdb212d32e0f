"""`dmaic graph`: the assets as text and as Mermaid."""

from dmaic_assets.cli.setup.graph_command import Node, mermaid_text, text_lines

NODES = (
    Node("raw_file", "intake", (), "The file."),
    Node("profile", "intake", ("raw_file",), "Its facts."),
    Node("gate/end", "gate", ("profile", "raw_file"), "The verdict."),
)


def test_the_text_has_a_paragraph_per_group_and_says_what_each_asset_needs() -> None:
    assert text_lines(NODES) == [
        "intake",
        "  raw_file",
        "  profile   <- raw_file",
        "gate",
        "  gate/end  <- profile, raw_file",
    ]


def test_mermaid_gets_every_edge_and_no_name_of_its_own() -> None:
    assert mermaid_text(NODES).splitlines() == [
        "flowchart LR",
        "  subgraph intake",
        "    a_raw_file[raw_file]",
        "    a_profile[profile]",
        "  end",
        "  subgraph gate",
        "    a_gate_end[gate/end]",
        "  end",
        "  a_raw_file --> a_profile",
        "  a_profile --> a_gate_end",
        "  a_raw_file --> a_gate_end",
    ]
