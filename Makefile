# One short name for each task; the work itself is in Scripts/.

# Where Swift's own installer for Debian puts it, if the shell does not know.
export PATH := $(PATH):/opt/swift/usr/bin
export LANG ?= C.UTF-8

.PHONY: build setup demo test bench docs format clean

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

format:
	swift format --in-place --recursive Sources Tests Benchmarks/GradientSpeed Benchmarks/KernelSpeed Package.swift

clean:        ## keeps .deps, which costs a download
	rm -rf .build
