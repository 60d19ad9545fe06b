"""What other tools find in our exports, as JSON: schemas by lxml and jsonschema, counts by pm4py, and a
segment by DuckDB. Arguments: the folder of the exports, the folder of the shared data."""

import json
import sys
import warnings
from collections import Counter

warnings.filterwarnings("ignore")

import duckdb
import jsonschema
import pm4py
from lxml import etree

FOLDER, SHARED = sys.argv[1], sys.argv[2]
NAMESPACE = b'<log xmlns="http://www.xes-standard.org/" '


def faults(schema, document):
    schema = etree.XMLSchema(etree.parse(f"{SHARED}/{schema}"))
    schema.validate(document)
    return [str(fault) for fault in schema.error_log][:5]


def told(followed):
    """How often each activity directly follows another."""
    return {f"{one} > {other}": int(count) for (one, other), count in followed.items()}


def counts(cases):
    """Of the activities of each case, in order."""
    sequences = [tuple(case) for case in cases]
    followed = Counter(pair for one in sequences for pair in zip(one, one[1:]))
    return {
        "cases": len(sequences),
        "events": sum(map(len, sequences)),
        "variants": len(set(sequences)),
        "pairs": len(followed),
        "followed": told(followed),
    }


def of_xes(path):
    log = pm4py.read_xes(path)
    graph, _, _ = pm4py.discover_dfg(log)
    return {
        "cases": int(log["case:concept:name"].nunique()),
        "events": len(log),
        "variants": len(pm4py.get_variants(log)),
        "pairs": len(graph),
        "followed": told(graph),
    }


def of_ocel(ocel):
    related = ocel.relations
    own = (related["ocel:type"] == "case") & (related["ocel:qualifier"] == "case")
    related = related[own].sort_values(["ocel:oid", "ocel:timestamp", "ocel:eid"])
    found = counts(list(case) for _, case in related.groupby("ocel:oid")["ocel:activity"])
    found["objects"] = len(ocel.objects)
    found["types"] = sorted(set(ocel.objects["ocel:type"]))
    return found


def plain_xes():
    return etree.parse(f"{FOLDER}/log.xes")


def older_xes():
    """The schema of XES 2.2 wants the namespace that IEEE 1849-2016 has dropped."""
    with open(f"{FOLDER}/log.xes", "rb") as file:
        return etree.ElementTree(etree.fromstring(file.read().replace(b"<log ", NAMESPACE, 1)))


def json_faults():
    with open(f"{SHARED}/ocel/schema_ocel2.json") as schema, open(f"{FOLDER}/log.json") as log:
        validator = jsonschema.Draft7Validator(json.load(schema))
        return [fault.message for fault in validator.iter_errors(json.load(log))][:5]


def of_segment(path):
    """What an engine that is not ours reads in a segment."""
    ((events, cases, chain),) = duckdb.sql(
        "select count(*), count(distinct aggregate_id) filter (aggregate_type = 'case'), "
        f"arg_max(hex(chain), position) from '{path}'"
    ).fetchall()
    return {"events": events, "cases": cases, "chain": chain.lower()}


found = {
    "faults": {
        "xes-ieee-1849-2016.transcribed.xsd": faults(
            "xes/xes-ieee-1849-2016.transcribed.xsd", plain_xes()
        ),
        "xes.xsd": faults("xes/xes.xsd", older_xes()),
        "xesext.xsd": faults("xes/xesext.xsd", etree.parse(f"{FOLDER}/gridwhistle.xesext")),
        "ocel2-validation.xsd": faults(
            "ocel/ocel2-validation.xsd", etree.parse(f"{FOLDER}/log.xml")
        ),
        "schema_ocel2.json": json_faults(),
    },
    "xes": of_xes(f"{FOLDER}/log.xes"),
    "converted": of_xes(f"{FOLDER}/receipt.xes"),
    "json": of_ocel(pm4py.read_ocel2_json(f"{FOLDER}/log.json")),
    "xml": of_ocel(pm4py.read_ocel2_xml(f"{FOLDER}/log.xml")),
    "segment": of_segment(f"{FOLDER}/log.parquet"),
    "sqlite": of_ocel(pm4py.read_ocel2_sqlite(f"{FOLDER}/log.sqlite")),
}
print(json.dumps(found))
