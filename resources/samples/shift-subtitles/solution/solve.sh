#!/bin/bash
set -euo pipefail

cat > /app/shift-subtitles <<'PROGRAM'
#!/usr/bin/perl
use strict;
use warnings;

if (@ARGV != 1 || $ARGV[0] !~ /\A[+-]?[0-9]+\z/) {
    print STDERR "usage: shift-subtitles OFFSET_MS < input.srt > output.srt\n";
    exit 2;
}
my ($offset) = @ARGV;

my $cues = 0; # written so far
my $line = 0; # lines of the current cue
my $kept = 0; # whether the current cue is written
while (<STDIN>) {
    s/\r?\n\z//;
    if ($_ eq '') {
        $line = 0;
        next;
    }
    $line++;
    if ($line == 2) {
        my ($start, $end) = map { milliseconds($_) + $offset } split / --> /;
        $kept = $end > 0;
        next if !$kept;
        print "\n" if $cues++;
        print "$cues\n", clock($start < 0 ? 0 : $start), ' --> ', clock($end), "\n";
    }
    elsif ($line > 2 && $kept) {
        print "$_\n";
    }
}

sub milliseconds {
    my ($hours, $minutes, $seconds, $milliseconds) = split /[:,]/, shift;
    return (($hours * 60 + $minutes) * 60 + $seconds) * 1000 + $milliseconds;
}

sub clock {
    my ($time) = @_;
    my $seconds = int($time / 1000);
    return sprintf '%02d:%02d:%02d,%03d', $seconds / 3600, $seconds / 60 % 60, $seconds % 60, $time % 1000;
}
PROGRAM
chmod 0755 /app/shift-subtitles

/app/shift-subtitles -2500 < /app/talk.srt > /app/talk-shifted.srt
