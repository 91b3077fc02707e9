# One short name for each task; the work itself is in Scripts/.

# Where Swift's own installer for Debian puts it, if the shell does not know.
export PATH := $(PATH):/opt/swift/usr/bin
export LANG ?= C.UTF-8

export PREFIX ?= /usr/local
export DESTDIR ?=

.PHONY: build setup demo test bench docs stage install uninstall package format clean

build: setup  ## the command-line tool: .build/release/keepframe
	swift build -c release --product keepframe

setup:        ## what is missing of the libraries, the inference runtime and the default model
	@Scripts/setup

demo: build   ## index, scenes, export and report of a clip of ten seconds
	@Scripts/demo

test:         ## lint, build without warnings, test, and that nothing costs more than it did
	@Scripts/setup tests
	Scripts/check

bench: build  ## time and memory beside ffmpeg, PySceneDetect and others, an hour or so; writes docs/benchmarks.md
	Benchmarks/run

docs: build   ## the library's documentation, as DocC shows it
	Scripts/docs

stage:        ## what is installed, in .build/stage: program, runtime, model, manual page, completions
	@Scripts/stage

# In somebody else's checkout, as with sudo, it copies what is staged, so that no build leaves root's files here.
install:      ## to PREFIX, /usr/local unless said; below DESTDIR if that is set
	@if [ -n "$$(find . -prune -user "$$(id -u)")" ] || [ ! -d .build/stage ]; then Scripts/stage; fi
	@Scripts/install

uninstall:    ## takes away what install put there
	@Scripts/install --remove

package:      ## .build/keepframe_VERSION_ARCHITECTURE.deb; Scripts/try-package tries it in a fresh Debian
	@Scripts/stage
	@Scripts/package

format:
	swift format --in-place --recursive Sources Tests Benchmarks/GradientSpeed Benchmarks/KernelSpeed Package.swift

clean:        ## keeps .deps, which costs a download
	rm -rf .build
