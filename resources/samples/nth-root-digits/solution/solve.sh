#!/bin/bash
set -euo pipefail

cat > /app/root <<'PROGRAM'
#!/usr/bin/perl
# The digits are those of the integer root of N * 10^(K*D), found by Newton's method on natural numbers.
# A natural number is a reference to its limbs in base 10^7, lowest first, without zeros at the top; zero is [].
use strict;
use warnings;
use integer;

use constant { BASE => 10_000_000, LIMB_DIGITS => 7 };

my ($k, $n, $d) = arguments(@ARGV);
my ($whole, $fraction) = split /\./, $n;
my $scaled = $whole . substr(($fraction // '') . '0' x ($k * $d), 0, $k * $d);
$scaled =~ s/\A0+//;
my $root = to_string(integer_root($scaled, $k));
$root = '0' x ($d + 1 - length $root) . $root if length $root <= $d;
print $d ? substr($root, 0, -$d) . '.' . substr($root, -$d) : $root, "\n";

sub arguments {
    my ($k, $n, $d) = @_;
    my $valid = @_ == 3 && $k =~ /\A[2-9]\z/ && $n =~ /\A[0-9]+(?:\.[0-9]+)?\z/ && $n =~ tr/0-9// <= 100 && $d =~ /\A(?:0|[1-9][0-9]{0,2})\z/ && $d <= 500;
    return @_ if $valid;
    print STDERR "usage: root K N D, with K from 2 to 9, N of at most 100 digits, D from 0 to 500\n";
    exit 2;
}

# Newton's iteration falls monotonically to the integer root when it starts at or above it.
sub integer_root {
    my ($digits, $k) = @_;
    return [] if $digits eq '';
    my $target = from_string($digits);
    my $x = from_string(estimate_above($digits, $k));
    while (1) {
        my $power = $x;
        $power = multiply($power, $x) for 3 .. $k;
        my $next = divide_small(add(multiply($x, [$k - 1]), divide($target, $power)), $k);
        return $x if compare($next, $x) >= 0;
        $x = $next;
    }
}

# The root of the leading digits in floating point, a little enlarged, and zeros for the rest.
sub estimate_above {
    my ($digits, $k) = @_;
    my $rest = length($digits) > 14 * $k ? (length($digits) - 13 * $k) / $k : 0;
    no integer;
    my $leading = substr $digits, 0, length($digits) - $rest * $k;
    return sprintf('%.0f', $leading**(1 / $k) * (1 + 1e-12) + 2) . '0' x $rest;
}

sub from_string {
    my ($digits) = @_;
    my @limbs;
    while (length $digits > LIMB_DIGITS) {
        push @limbs, substr($digits, -LIMB_DIGITS, LIMB_DIGITS, '') + 0;
    }
    return trim([@limbs, $digits + 0]);
}

sub to_string {
    my ($x) = @_;
    return '0' unless @$x;
    my ($top, @rest) = reverse @$x;
    return join '', $top, map { sprintf '%07d', $_ } @rest;
}

sub trim {
    my ($x) = @_;
    pop @$x while @$x && !$x->[-1];
    return $x;
}

sub compare {
    my ($x, $y) = @_;
    return @$x <=> @$y if @$x != @$y;
    for (my $i = $#$x; $i >= 0; $i--) {
        return $x->[$i] <=> $y->[$i] if $x->[$i] != $y->[$i];
    }
    return 0;
}

sub add {
    my ($x, $y) = @_;
    my ($carry, @sum) = (0);
    for my $i (0 .. (@$x > @$y ? $#$x : $#$y)) {
        $carry += ($x->[$i] // 0) + ($y->[$i] // 0);
        push @sum, $carry % BASE;
        $carry /= BASE;
    }
    return trim([@sum, $carry]);
}

sub multiply {
    my ($x, $y) = @_;
    my @product = (0) x (@$x + @$y);
    for my $i (0 .. $#$x) {
        my $factor = $x->[$i] or next;
        my $carry = 0;
        my $at = $i;
        for my $limb (@$y) {
            $carry += $product[$at] + $factor * $limb;
            $product[$at++] = $carry % BASE;
            $carry /= BASE;
        }
        $product[$at] = $carry;
    }
    return trim(\@product);
}

sub divide_small {
    my ($x, $divisor) = @_;
    my ($rest, @quotient) = (0);
    for my $limb (reverse @$x) {
        $rest = $rest * BASE + $limb;
        unshift @quotient, $rest / $divisor;
        $rest %= $divisor;
    }
    return trim(\@quotient);
}

# Long division. Scaling makes the top limb of the divisor at least BASE / 2, so that a quotient limb estimated from
# two limbs is at most two too large.
sub divide {
    my ($x, $y) = @_;
    return divide_small($x, $y->[0]) if @$y == 1;
    return [] if compare($x, $y) < 0;
    my $scale = BASE / ($y->[-1] + 1);
    my @rest = (@{ multiply($x, [$scale]) }, 0);
    my @divisor = @{ multiply($y, [$scale]) };
    my @quotient;
    for (my $shift = $#rest - @divisor; $shift >= 0; $shift--) {
        my $top = $shift + @divisor;
        my $guess = ($rest[$top] * BASE + $rest[$top - 1]) / $divisor[-1];
        $guess = BASE - 1 if $guess >= BASE;
        subtract_multiple(\@rest, \@divisor, $shift, $guess);
        while ($rest[$top] < 0) {
            $guess--;
            subtract_multiple(\@rest, \@divisor, $shift, -1);
        }
        $quotient[$shift] = $guess;
    }
    return trim(\@quotient);
}

# Subtracts factor * divisor * BASE^shift; a negative result shows as a negative limb at the top.
sub subtract_multiple {
    my ($rest, $divisor, $shift, $factor) = @_;
    my $borrow = 0;
    for my $limb (@$divisor) {
        my $difference = $rest->[$shift] - $factor * $limb - $borrow;
        my $low = ($difference % BASE + BASE) % BASE;
        $borrow = ($low - $difference) / BASE;
        $rest->[$shift++] = $low;
    }
    $rest->[$shift] -= $borrow;
}
PROGRAM
chmod 0755 /app/root
