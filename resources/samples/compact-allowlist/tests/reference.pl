# Writes a random list to the file LIST and its smallest equivalent to the file BLOCKS.
# Works on a bitmap of 4096 addresses, splitting it in halves, so it shares no method with a solution by ranges.
use strict;
use warnings;

my ($list, $blocks) = @ARGV;
my $SIZE = 4096;
my $base = $SIZE * int rand 2**32 / $SIZE;
my $included = "\0" x $SIZE;
my $excluded = "\0" x $SIZE;

open my $out, '>', $list or die "$list: $!";
for (1 .. 40 + rand 400) {
    my $exclusion = rand() < 0.2;
    my $bits = int rand 7;
    my $first = int rand $SIZE;
    my $last = $first;
    my $entry;
    if (rand() < 0.3) {
        $first = $first >> $bits << $bits;
        $last = $first + 2**$bits - 1;
        $entry = address($first) . '/' . (32 - $bits);
    }
    elsif (rand() < 0.6) {
        $last += int rand 12;
        $last = $SIZE - 1 if $last >= $SIZE;
        $entry = address($first) . '-' . address($last);
    }
    else {
        $entry = address($first);
    }
    substr $exclusion ? $excluded : $included, $first, $last - $first + 1, "\1" x ($last - $first + 1);
    print $out $exclusion ? '!' : '', "$entry\n";
}
close $out;

my $bitmap = $included & ~$excluded & "\1" x $SIZE;
open $out, '>', $blocks or die "$blocks: $!";
split_block(0, $SIZE, 20);
close $out;

sub split_block {
    my ($first, $size, $prefix) = @_;
    my $ones = substr($bitmap, $first, $size) =~ tr/\1//;
    return if $ones == 0;
    if ($ones == $size) {
        print $out address($first), "/$prefix\n";
        return;
    }
    split_block($first, $size / 2, $prefix + 1);
    split_block($first + $size / 2, $size / 2, $prefix + 1);
}

sub address { return join '.', unpack 'C4', pack 'N', $base + shift }
