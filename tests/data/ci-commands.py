#!/usr/bin/python3
"""Prints the shell commands of a CI file, one a line: what `run` of GitHub's steps and `script` of GitLab's jobs say."""
import sys

import yaml

document = yaml.safe_load(open(sys.argv[1]))
for job in document.get('jobs', {}).values():
    for step in job['steps']:
        if 'run' in step:
            print(step['run'].rstrip('\n'))
for job in document.values():
    if isinstance(job, dict) and 'script' in job:
        print('\n'.join(job['script']))
