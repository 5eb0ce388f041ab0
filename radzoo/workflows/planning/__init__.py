"""What a training should do with these data, and why: proposals that flags overrule."""
