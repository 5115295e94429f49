{{ samples_with_local_time('heart_rates', ['bpm', 'confidence']) }}
