#!/bin/bash
set -euo pipefail

cat > /app/compact <<'PROGRAM'
#!/usr/bin/perl
use strict;
use warnings;

my (@included, @excluded, @invalid);
while (my $line = <STDIN>) {
    chomp $line;
    $line =~ s/#.*//s;
    $line =~ s/\A[ \t]+|[ \t]+\z//g;
    next if $line eq '';
    my $exclusion = $line =~ s/\A!//;
    my $range = parse_entry($line);
    push @invalid, $. unless $range;
    push @{ $exclusion ? \@excluded : \@included }, $range;
}
if (@invalid) {
    print STDERR "line $_: invalid entry\n" for @invalid;
    exit 1;
}
print map { blocks(@$_) } subtract([merge(@included)], [merge(@excluded)]);

# Ranges are pairs [first, last] of addresses as numbers.
sub parse_entry {
    my ($entry) = @_;
    if ($entry =~ m{\A([0-9.]+)/(0|[1-9][0-9]?)\z}) {
        my ($first, $prefix) = (parse_address($1), $2);
        return if !defined $first || $prefix > 32;
        my $size = 2**(32 - $prefix);
        return $first % $size ? undef : [$first, $first + $size - 1];
    }
    my ($first, $last) = map { parse_address($_) } $entry =~ /\A([0-9.]+)(?:[ \t]*-[ \t]*([0-9.]+))?\z/ ? ($1, $2 // $1) : ();
    return defined $first && defined $last && $first <= $last ? [$first, $last] : undef;
}

sub parse_address {
    my ($text) = @_;
    my $number = qr/(0|[1-9][0-9]{0,2})/;
    my @numbers = $text =~ /\A$number\.$number\.$number\.$number\z/ or return undef;
    return undef if grep { $_ > 255 } @numbers;
    return unpack 'N', pack 'C4', @numbers;
}

# Sorted, with overlapping and adjacent ranges joined.
sub merge {
    my @merged;
    for my $range (sort { $a->[0] <=> $b->[0] } @_) {
        my ($first, $last) = @$range;
        if (@merged && $first <= $merged[-1][1] + 1) {
            $merged[-1][1] = $last if $last > $merged[-1][1];
        }
        else {
            push @merged, [$first, $last];
        }
    }
    return @merged;
}

sub subtract {
    my ($ranges, $holes) = @_;
    my (@rest, $next);
    $next = 0; # the first hole that can still touch a range
    for my $range (@$ranges) {
        my ($first, $last) = @$range;
        $next++ while $next < @$holes && $holes->[$next][1] < $first;
        for (my $i = $next; $i < @$holes && $holes->[$i][0] <= $last; $i++) {
            my ($from, $to) = @{ $holes->[$i] };
            push @rest, [$first, $from - 1] if $first < $from;
            $first = $to + 1;
        }
        push @rest, [$first, $last] if $first <= $last;
    }
    return @rest;
}

sub blocks {
    my ($first, $last) = @_;
    my @lines;
    while ($first <= $last) {
        my $prefix = 32;
        my $size = 1;
        while ($prefix > 0 && $first % ($size * 2) == 0 && $first + $size * 2 - 1 <= $last) {
            $size *= 2;
            $prefix--;
        }
        push @lines, join('.', unpack 'C4', pack 'N', $first) . "/$prefix\n";
        $first += $size;
    }
    return @lines;
}
PROGRAM
chmod 0755 /app/compact
