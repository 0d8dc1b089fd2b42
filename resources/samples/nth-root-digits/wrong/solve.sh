#!/bin/bash
# Wrong: computes in double precision, so only the first fifteen or so digits are right.
set -euo pipefail

cat > /app/root <<'PROGRAM'
#!/usr/bin/perl
use strict;
use warnings;

my ($k, $n, $d) = @ARGV;
if (@ARGV != 3 || $k !~ /^[2-9]$/ || $n !~ /^\d+(\.\d+)?$/ || $n =~ tr/0-9// > 100 || $d !~ /^(0|[1-9]\d{0,2})$/ || $d > 500) {
    print STDERR "usage: root K N D\n";
    exit 2;
}
my $root = $n**(1 / $k);
my $nearest = sprintf '%.0f', $root;
$root = $nearest if $nearest**$k == $n;
my $text = sprintf '%.*f', $d + 3, $root;
print substr($text, 0, -3 - !$d), "\n";
PROGRAM
chmod 0755 /app/root
