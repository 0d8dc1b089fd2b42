#!/bin/bash
# Wrong: joins ranges that overlap but not ranges that only touch, and honours an exclusion only for entries above it.
set -euo pipefail

cat > /app/compact <<'PROGRAM'
#!/usr/bin/perl
use strict;
use warnings;

my ($octet, @ranges, $failed) = qr/(?:0|[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])/;
my $address = qr/$octet\.$octet\.$octet\.$octet/;
while (my $line = <STDIN>) {
    $line =~ s/#.*//;
    $line =~ s/^\s+|\s+$//g;
    next if $line eq '';
    my ($first, $last);
    if ($line =~ m{^!?($address)/(\d|[12]\d|3[0-2])$}) {
        $first = number($1);
        $last = $first + 2**(32 - $2) - 1;
        undef $last if $first % 2**(32 - $2);
    }
    elsif ($line =~ /^!?($address)(?:\s*-\s*($address))?$/) {
        ($first, $last) = (number($1), number($2 // $1));
        undef $last if $first > $last;
    }
    if (!defined $last) {
        print STDERR "line $.: invalid entry\n";
        $failed = 1;
    }
    elsif ($line =~ /^!/) {
        @ranges = map { ([$_->[0], least($_->[1], $first - 1)], [most($_->[0], $last + 1), $_->[1]]) } @ranges;
        @ranges = grep { $_->[0] <= $_->[1] } @ranges;
    }
    else {
        push @ranges, [$first, $last];
    }
}
exit 1 if $failed;

my @merged;
for my $range (sort { $a->[0] <=> $b->[0] } @ranges) {
    if (@merged && $range->[0] <= $merged[-1][1]) {
        $merged[-1][1] = most($merged[-1][1], $range->[1]);
    }
    else {
        push @merged, [@$range];
    }
}
for my $range (@merged) {
    my ($first, $last) = @$range;
    while ($first <= $last) {
        my $bits = 0;
        $bits++ while $bits < 32 && $first % 2**($bits + 1) == 0 && $first + 2**($bits + 1) - 1 <= $last;
        printf "%s/%d\n", join('.', unpack 'C4', pack 'N', $first), 32 - $bits;
        $first += 2**$bits;
    }
}

sub number { return unpack 'N', pack 'C4', split /\./, shift }
sub least { return $_[0] < $_[1] ? $_[0] : $_[1] }
sub most { return $_[0] > $_[1] ? $_[0] : $_[1] }
PROGRAM
chmod 0755 /app/compact
