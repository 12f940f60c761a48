#!/usr/bin/python3
"""Reads a JUnit report with junitparser and prints it as JSON: [[suite, test, outcome, message], ...]."""
import json
import sys

from junitparser import Error, Failure, JUnitXml, Skipped

found = []
for suite in JUnitXml.fromfile(sys.argv[1]):
    for case in suite:
        outcome, message = 'passed', ''
        for result in case.result:
            for kind in (Failure, Error, Skipped):
                if isinstance(result, kind):
                    outcome, message = kind.__name__.lower(), result.message or ''
        found.append([suite.name, case.name, outcome, message])
json.dump(found, sys.stdout)
