#!/usr/bin/python3
"""Validates a suite file (YAML) against a JSON Schema; prints what is wrong, and exits with 1 then."""
import json
import sys

import jsonschema
import yaml

schema = json.load(open(sys.argv[1]))
jsonschema.Draft202012Validator.check_schema(schema)
errors = list(jsonschema.Draft202012Validator(schema).iter_errors(yaml.safe_load(open(sys.argv[2]))))
for error in errors:
    print('/'.join(map(str, error.path)) + ': ' + error.message)
sys.exit(1 if errors else 0)
