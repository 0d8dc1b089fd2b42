# verify.pl K N D OUTPUT: status 0 if OUTPUT is the K-th root of N truncated to D decimals; else says why not.
# With x the digits of OUTPUT, that means x^K <= N * 10^(K*D) < (x+1)^K, up to decimals of N that cannot matter.
use strict;
use warnings;

my ($k, $n, $d, $output) = @ARGV;
my $form = $d ? qr/\A(0|[1-9][0-9]*)\.([0-9]{$d})\n\z/ : qr/\A(0|[1-9][0-9]*)()\n\z/;
fail('not a number of the described form') unless $output =~ $form;
my $root = number("$1$2");
my ($whole, $fraction) = split /\./, $n;
my $target = number($whole . substr(($fraction // '') . '0' x ($k * $d), 0, $k * $d));
fail('too large') if compare(power($root, $k), $target) > 0;
fail('too small') if compare(power(successor($root), $k), $target) <= 0;

# Natural numbers are lists of limbs in base 10000, lowest first, without zeros at the top.
sub number {
    my ($digits) = @_;
    $digits =~ s/\A0+//;
    my @limbs;
    push @limbs, substr($digits, length $digits > 4 ? -4 : 0, 4, '') while length $digits;
    return \@limbs;
}

sub successor {
    my @limbs = @{ $_[0] };
    my $i = 0;
    $limbs[$i++] = 0 while ($limbs[$i] // 0) == 9999;
    $limbs[$i]++;
    return \@limbs;
}

sub power {
    my ($base, $exponent) = @_;
    my $power = [1];
    $power = product($power, $base) for 1 .. $exponent;
    return $power;
}

sub product {
    my ($left, $right) = @_;
    my @columns = (0) x (@$left + @$right);
    for my $i (0 .. $#$left) {
        $columns[$i + $_] += $left->[$i] * $right->[$_] for 0 .. $#$right;
    }
    my $carry = 0;
    for my $column (@columns) {
        $carry += $column;
        $column = $carry % 10000;
        $carry = ($carry - $column) / 10000;
    }
    pop @columns while @columns && !$columns[-1];
    return \@columns;
}

sub compare {
    my ($left, $right) = @_;
    return @$left <=> @$right if @$left != @$right;
    for my $i (reverse 0 .. $#$left) {
        return $left->[$i] <=> $right->[$i] if $left->[$i] != $right->[$i];
    }
    return 0;
}

sub fail {
    my ($why) = @_;
    print "root $k $n $d printed '$output': $why\n";
    exit 1;
}
