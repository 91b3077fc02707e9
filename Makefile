# One short name for each task. The work itself is in Scripts/.

# Swift's own installer for Debian puts it here; the shell may not know.
export PATH := $(PATH):/opt/swift/usr/bin
export LANG ?= C.UTF-8

export PREFIX ?= /usr/local
export DESTDIR ?=

.PHONY: build setup demo test test-cluster bench docs stage install uninstall package format clean

# Without an index for editors.
build: setup  ## the command-line tool: .build/release/keepframe
	swift build -c release --product keepframe --disable-index-store

setup:        ## installs what is missing of the libraries, the inference runtime and the default model
	@Scripts/setup

demo: build   ## runs index, scenes, export and report on a clip of ten seconds
	@Scripts/demo

test:         ## lint, build without warnings, all tests, and a check that nothing costs more than before
	@Scripts/setup tests
	Scripts/check

bench: build  ## time and memory compared with ffmpeg, PySceneDetect and others, about an hour; writes docs/benchmarks.md
	Benchmarks/run

test-cluster: build  ## tries Pipelines/ray on a Ray cluster of three nodes on this machine, one of which is killed; minutes
	Scripts/test-cluster

docs: build   ## the library's documentation, as DocC shows it
	Scripts/docs

stage:        ## builds what is installed, in .build/stage: program, runtime, model, manual page, completions
	@Scripts/stage

# In another user's checkout, as with sudo, this only copies what is staged, so that no build leaves root's files here.
install:      ## installs to PREFIX, by default /usr/local; below DESTDIR if that is set
	@if [ -n "$$(find . -prune -user "$$(id -u)")" ] || [ ! -d .build/stage ]; then Scripts/stage; fi
	@Scripts/install

uninstall:    ## removes what install put there
	@Scripts/install --remove

package:      ## makes .build/keepframe_VERSION_ARCHITECTURE.deb; Scripts/try-package tries it in a fresh Debian
	@Scripts/stage
	@Scripts/package

format:
	swift format --in-place --recursive Sources Tests Benchmarks/GradientSpeed Benchmarks/KernelSpeed Benchmarks/SearchSpeed Package.swift

clean:        ## removes .build; keeps .deps, which costs a download
	rm -rf .build
