throw new Error('load')
