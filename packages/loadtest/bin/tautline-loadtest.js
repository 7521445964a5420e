#!/usr/bin/env node
// A file that is there before the first build: installing this repository links it.
import "../dist/cli.js";
