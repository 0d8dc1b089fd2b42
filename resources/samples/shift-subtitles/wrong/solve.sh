#!/bin/bash
# Wrong: shifts times inside the text too, keeps cues that end exactly at zero, and knows only LF.
set -euo pipefail

cat > /app/shift-subtitles <<'PROGRAM'
#!/usr/bin/perl
use strict;
use warnings;

my $offset = shift;
if (@ARGV || !defined $offset || $offset !~ /^[+-]?\d+$/) {
    print STDERR "usage: shift-subtitles OFFSET_MS\n";
    exit 2;
}

$/ = '';
my $number = 0;
while (my $cue = <STDIN>) {
    chomp $cue;
    my (undef, @lines) = split /\n/, $cue;
    my $ended = 0;
    s/(\d+):(\d\d):(\d\d),(\d{3})/shifted($1, $2, $3, $4, \$ended)/ge for @lines;
    next if $ended;
    print "\n" if $number++;
    print "$_\n" for $number, @lines;
}

sub shifted {
    my ($hours, $minutes, $seconds, $ms, $ended) = @_;
    my $time = (($hours * 60 + $minutes) * 60 + $seconds) * 1000 + $ms + $offset;
    $$ended = $time < 0;
    $time = 0 if $time < 0;
    return sprintf '%02d:%02d:%02d,%03d',
        $time / 3600000, $time / 60000 % 60, $time / 1000 % 60, $time % 1000;
}
PROGRAM
chmod 0755 /app/shift-subtitles

/app/shift-subtitles -2500 < /app/talk.srt > /app/talk-shifted.srt
